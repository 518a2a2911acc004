"use client";
import { type CauseRow, whereWords } from "@/lib/trace/causes/format";
import { type DeskState, steerAddress } from "@/lib/trace/desk/format";
import { differs, type TraceToken } from "@/lib/trace/format";
import { FeatureName } from "../lab/feature-name";
import { FigureCell, TryLink, TURN } from "./table-cells";

interface Props {
  row: CauseRow;
  most: number;
  strip: string | null;
  tokens: readonly TraceToken[];
  /** Columns of the image's grid; 0 without one. */
  cols: number;
  state: DeskState;
  onMark: (positions: readonly number[]) => void;
}

/** One cause: what, where, what the method says, and what really happened without it. */
export function CauseTableRow({ row, most, strip, tokens, cols, state, onMark }: Props) {
  const { ref, label, positions, estimate, ablated } = row;
  const where = whereWords(positions, tokens, cols);
  const show = () => onMark(positions);
  return (
    <tr
      onMouseEnter={show}
      onFocus={show}
      onClick={show}
      className="border-line border-b align-top last:border-b-0 hover:bg-sunken"
    >
      <th scope="row" className="py-2 pr-2 text-left font-normal">
        {ref === null ? (
          <span className="font-medium" title="what the SAE does not reconstruct">
            SAE error
          </span>
        ) : (
          <FeatureName feature={ref} label={label} strip={strip} />
        )}
        <span className="block truncate text-ink-faint text-xs xl:hidden">{where}</span>
        {ref !== null && (
          <span className="-ml-1.5 inline-flex xl:hidden">
            <TryIt row={row} feature={ref} state={state} />
          </span>
        )}
      </th>
      <td className="truncate px-2 py-2 text-ink-soft max-xl:hidden" title={where}>
        {where}
      </td>
      <FigureCell value={estimate} most={most} />
      <FigureCell value={ablated} most={most} mark={differs(estimate, ablated)} />
      <td className="py-1.5 text-right max-xl:hidden">
        {ref !== null && <TryIt row={row} feature={ref} state={state} />}
      </td>
    </tr>
  );
}

/** The steering desk with this feature turned against what it did, or taken out. */
function TryIt({ row, feature, state }: { row: CauseRow; feature: string; state: DeskState }) {
  const name = row.label ?? `#${row.index}`;
  const turned = row.estimate >= 0 ? -TURN : TURN;
  return (
    <>
      <TryLink href={steerAddress(state, feature, turned, "add")} does="steer this" name={name} />
      <TryLink href={steerAddress(state, feature, 0, "ablate")} does="ablate this" name={name} />
    </>
  );
}
