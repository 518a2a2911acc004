/** Tables as files; browser safe. */

/** A value of a table. */
export type Cell = string | number | boolean | null | undefined;

/**
 * Rows as CSV (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe in front: a label comes from
 * anybody.
 */
export function csvOf(rows: readonly Record<string, Cell>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [names.map(csvCell), ...rows.map((row) => names.map((name) => csvCell(row[name])))]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");
}

export function csvCell(value: Cell): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Any value as a cell: times as ISO text, what is nested as JSON. */
export function cellOf(value: unknown): Cell {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" && value !== null ? JSON.stringify(value) : (value as Cell);
}

/** Arrays of plain objects in a result, each as a table; what is nested in a row goes in as JSON. */
export function tablesOf(result: unknown): { name: string; rows: Record<string, Cell>[] }[] {
  if (typeof result !== "object" || result === null) return [];
  return Object.entries(result).flatMap(([name, value]) => {
    const isTable =
      Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === "object" && v && !Array.isArray(v));
    return isTable ? [{ name, rows: (value as Record<string, unknown>[]).map(flatRow) }] : [];
  });
}

function flatRow(row: Record<string, unknown>): Record<string, Cell> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value)]));
}
