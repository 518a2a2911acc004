import type { ExportRow } from "./data";
import { cellOf, csvCell } from "./format";

/** Rows as lines of JSON, or as CSV with a head; what is nested goes into a CSV cell as JSON. */
export async function* printRows(
  rows: AsyncIterable<ExportRow>,
  saeRef: string,
  format: "jsonl" | "csv",
): AsyncGenerator<string> {
  let head: string[] | undefined;
  for await (const { index, ...rest } of rows) {
    const row: Record<string, unknown> = { ref: `${saeRef}/${index}`, index, ...rest };
    if (format === "jsonl") {
      yield `${JSON.stringify(row)}\n`;
      continue;
    }
    if (!head) {
      head = Object.keys(row);
      yield `${head.map(csvCell).join(",")}\r\n`;
    }
    yield `${head.map((name) => csvCell(cellOf(row[name]))).join(",")}\r\n`;
  }
}
