import type { ListItem } from "@/lib/lists/schema";

/** Hands a text to the reader as a file. */
export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name.replace(/[/\\]/g, "-") });
  link.click();
  URL.revokeObjectURL(url);
}

/** A cell of CSV (RFC 4180); what a spreadsheet would run as a formula is marked as text. */
function cell(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value !== "number" ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Features of a list as CSV, with a header. */
export function toCsv(items: readonly ListItem[]): string {
  const rows = items.map(({ ref, note, feature }) =>
    [
      ref,
      feature?.label,
      feature?.kind,
      feature?.status,
      feature?.density,
      feature?.max,
      feature?.scores.detection,
      note,
    ].map(cell),
  );
  return [["ref", "label", "kind", "status", "density", "max", "detection", "note"], ...rows]
    .map((row) => row.join(","))
    .join("\r\n");
}
