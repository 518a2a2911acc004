import { csvCell } from "@/lib/features/export/format";
import type { ListItem } from "@/lib/lists/schema";

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
    ].map(csvCell),
  );
  return [["ref", "label", "kind", "status", "density", "max", "detection", "note"], ...rows]
    .map((row) => row.join(","))
    .join("\r\n");
}
