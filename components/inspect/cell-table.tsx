import { formatValue } from "@/lib/features/format";
import { firingAt, type InspectCodes } from "@/lib/inspect/codes/format";

interface Props {
  rows: number;
  cols: number;
  /** Position of each cell. */
  positions: Int32Array;
  codes: InspectCodes;
  nameOf: (feature: number) => string;
}

const TOLD = 3;

/** The cells of the image as a table: what fires most in each, for those who do not see the picture. */
export function CellTable({ rows, cols, positions, codes, nameOf }: Props) {
  const cells = Array.from({ length: rows * cols }, (_, cell) => ({
    cell,
    firing: firingAt(codes, positions[cell] as number).slice(0, TOLD),
  })).filter(({ firing }) => firing.length > 0);
  return (
    <div className="mt-3 max-h-80 overflow-auto rounded-lg border border-line">
      <table className="nums w-full text-xs">
        <caption className="sr-only">The strongest features of every cell</caption>
        <thead className="sticky top-0 bg-sunken text-left">
          <tr>
            <th className="px-2 py-1.5 font-medium">row</th>
            <th className="px-2 py-1.5 font-medium">column</th>
            <th className="px-2 py-1.5 font-medium">features</th>
          </tr>
        </thead>
        <tbody>
          {cells.map(({ cell, firing }) => (
            <tr key={cell} className="border-line border-t">
              <td className="px-2 py-1">{Math.floor(cell / cols) + 1}</td>
              <td className="px-2 py-1">{(cell % cols) + 1}</td>
              <td className="px-2 py-1">
                {firing.map((f) => `${nameOf(f.feature)} ${formatValue(f.value)}`).join(", ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
