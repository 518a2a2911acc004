"use client";
import type { CauseRow, CauseSort, CauseView } from "@/lib/trace/causes/format";
import type { DeskState } from "@/lib/trace/desk/format";
import type { TraceToken } from "@/lib/trace/format";
import { cx } from "../ui/class-names";
import { CauseTableRow } from "./cause-table-row";
import { FIGURE_WIDTH } from "./table-cells";

interface Props {
  rows: readonly CauseRow[];
  view: CauseView;
  tokens: readonly TraceToken[];
  /** Columns of the image's grid; 0 without one. */
  cols: number;
  state: DeskState;
  strips: ReadonlyMap<number, string | null>;
  onSort: (sort: CauseSort) => void;
  onMark: (positions: readonly number[]) => void;
}

/** Causes as a table; a row under the pointer or with the focus shows its place on the image or in the text. */
export function CauseTable({ rows, view, tokens, cols, state, strips, onSort, onMark }: Props) {
  const most = Math.max(1e-9, ...rows.flatMap(({ estimate, ablated }) => [Math.abs(estimate), Math.abs(ablated ?? 0)]));
  return (
    <table className="w-full table-fixed border-collapse text-sm">
      <caption className="sr-only">
        Causes of the answer: estimate, and the change of the gap when the model runs without them
      </caption>
      <thead>
        <tr className="border-line border-b text-left text-ink-faint text-xs">
          <th scope="col" className="py-1.5 pr-2 font-medium">
            cause
          </th>
          <th scope="col" className="w-40 px-2 font-medium max-xl:hidden">
            where
          </th>
          <Figure by="estimate" sort={view.sort} onSort={onSort} />
          <Figure by="ablated" sort={view.sort} onSort={onSort} />
          <th scope="col" className="w-40 max-xl:hidden">
            <span className="sr-only">try it</span>
          </th>
        </tr>
      </thead>
      <tbody onMouseLeave={() => onMark([])} onBlur={() => onMark([])}>
        {rows.map((row) => (
          <CauseTableRow
            key={row.key}
            row={row}
            most={most}
            strip={row.index === null ? null : (strips.get(row.index) ?? null)}
            {...{ tokens, cols, state, onMark }}
          />
        ))}
      </tbody>
    </table>
  );
}

function Figure({ by, sort, onSort }: { by: CauseSort; sort: CauseSort; onSort: (sort: CauseSort) => void }) {
  return (
    <th scope="col" aria-sort={by === sort ? "descending" : "none"} className={`font-medium ${FIGURE_WIDTH}`}>
      <button
        type="button"
        onClick={() => onSort(by)}
        className={cx("whitespace-nowrap rounded py-1.5 hover:text-ink", by === sort && "text-ink")}
        title={by === "estimate" ? "part of the gap by the method" : "change of the gap when the model runs without it"}
      >
        {by} <span aria-hidden="true">{by === sort ? "▾" : ""}</span>
      </button>
    </th>
  );
}
