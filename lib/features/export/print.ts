import type { ExportRow } from "./data";
import { csvCell } from "./format";

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
    yield `${head.map((name) => csvCell(cell(row[name]))).join(",")}\r\n`;
  }
}

function cell(value: unknown): string | number | boolean | null {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return (value ?? null) as string | number | boolean | null;
}
