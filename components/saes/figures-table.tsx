"use client";
import { formatCount, formatShare } from "@/lib/features/format";
import { formatFigure } from "@/lib/measure/format";
import type { ComparedSae } from "@/lib/saes/schema";
import { cx } from "../ui/class-names";
import { Link } from "../ui/link";
import { ScrollBox } from "../ui/scroll-box";
import { bestOf, type FigureColumn, sorted } from "./compared";

interface Props {
  saes: readonly ComparedSae[];
  columns: readonly FigureColumn[];
  chosen: readonly string[];
  colors: ReadonlyMap<string, string>;
  sort: string;
  marked: string | null;
  onMark: (ref: string | null) => void;
  onSort: (sort: string) => void;
  onChoose: (refs: string[]) => void;
}

function shown(value: number | null, digits: FigureColumn["digits"]): string {
  if (digits === "count") return formatCount(value);
  if (digits === "share") return formatShare(value);
  return digits === "tenth" && value !== null ? value.toFixed(1) : formatFigure(value);
}

/** Every figure of every SAE, and which of them the charts show; the best of the shown ones are marked. */
export function FiguresTable({ saes, columns, chosen, colors, sort, marked, onMark, onSort, onChoose }: Props) {
  const refs = saes.map(({ ref }) => ref);
  const picked = saes.filter(({ ref }) => chosen.includes(ref));
  const best = new Map(columns.map((column) => [column.key, bestOf(picked, column)]));
  const oneModel = new Set(saes.map(({ model }) => model)).size === 1;
  const choose = (ref: string) =>
    onChoose(refs.filter((one) => (one === ref ? !chosen.includes(ref) : chosen.includes(one))));
  return (
    <ScrollBox label="Figures" className="relative rounded-xl border border-line bg-panel shadow-lift">
      <table className="nums w-full text-sm">
        <caption className="sr-only">Figures of SAEs; the checkbox of a row puts it into the charts</caption>
        <thead>
          <tr className="border-line-strong border-b text-2xs text-ink-faint">
            <Head name="SAE" by="name" sort={sort} onSort={onSort} left />
            {columns.map((column) => (
              <Head
                key={column.key}
                name={column.name}
                by={column.key}
                says={column.says}
                falls={column.best === "most"}
                sort={sort}
                onSort={onSort}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(saes, columns, sort).map((sae) => {
            const on = chosen.includes(sae.ref);
            return (
              <tr
                key={sae.ref}
                onMouseEnter={() => onMark(sae.ref)}
                onMouseLeave={() => onMark(null)}
                onFocus={() => onMark(sae.ref)}
                onBlur={() => onMark(null)}
                className={cx(
                  "border-line border-t first:border-t-0",
                  marked === sae.ref && "bg-sunken",
                  !on && "text-ink-faint",
                )}
              >
                <th
                  scope="row"
                  className={cx(
                    "sticky left-0 py-1 pr-2 pl-3 text-left font-normal",
                    marked === sae.ref ? "bg-sunken" : "bg-panel",
                  )}
                >
                  <span className="flex items-center gap-2">
                    <label className="grid size-8 shrink-0 cursor-pointer place-items-center pointer-coarse:size-11">
                      <input
                        type="checkbox"
                        checked={on}
                        disabled={on && chosen.length === 1}
                        onChange={() => choose(sae.ref)}
                        aria-label={`Show ${sae.slug}`}
                        className="accent-accent"
                      />
                    </label>
                    <span
                      className="size-2.5 shrink-0 rounded-full"
                      style={{ background: on ? colors.get(sae.ref) : "var(--line)" }}
                      aria-hidden="true"
                    />
                    <span className="min-w-0">
                      <Link href={`/${sae.ref}`} className="rounded font-medium hover:underline">
                        {oneModel ? sae.slug : sae.ref}
                      </Link>
                      <span className="block whitespace-nowrap text-2xs text-ink-faint">
                        {sae.architecture}, k {sae.k} · {sae.site}
                      </span>
                    </span>
                  </span>
                </th>
                {columns.map((column) => {
                  const top = on && best.get(column.key)?.has(sae.ref);
                  return (
                    <td key={column.key} className="whitespace-nowrap px-2.5 py-1 text-right last:pr-4">
                      <span className={cx(top && "rounded bg-good-soft px-1.5 py-0.5 font-semibold text-good")}>
                        {shown(column.of(sae), column.digits)}
                        {top && <span className="sr-only"> best</span>}
                      </span>
                      {column.n && <span className="block text-2xs text-ink-faint">{column.n(sae)}</span>}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}

interface HeadProps {
  name: string;
  by: string;
  says?: string;
  /** The largest is looked for first. */
  falls?: boolean;
  sort: string;
  onSort: (sort: string) => void;
  left?: boolean;
}

function Head({ name, by, says, falls = false, sort, onSort, left = false }: HeadProps) {
  const down = sort === `-${by}`;
  const on = down || sort === by;
  const next = on ? (down ? by : `-${by}`) : falls ? `-${by}` : by;
  return (
    <th
      scope="col"
      aria-sort={on ? (down ? "descending" : "ascending") : "none"}
      className={cx("font-normal", left ? "sticky left-0 bg-panel pl-3 text-left" : "text-right")}
    >
      <button
        type="button"
        title={says}
        onClick={() => onSort(next)}
        className={cx(
          "min-h-9 whitespace-nowrap rounded px-2 hover:text-ink pointer-coarse:min-h-11",
          on && "font-semibold text-ink",
        )}
      >
        {name}
        {on && <span aria-hidden="true">{down ? " ↓" : " ↑"}</span>}
      </button>
    </th>
  );
}
