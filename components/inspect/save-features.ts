import type { FeatureRow } from "@/lib/features/list/schema";
import type { Listed } from "./use-look";

/** A feature of the list as it is saved. Values are in the unit of the SAE's codes; b is null without a region. */
export interface SavedFeature {
  ref: string;
  label: string | null;
  kind: string | null;
  a: number;
  b: number | null;
  score: number;
  aRef: number;
  density: number;
  flags: string;
}

/** What a list shows, in its order. */
export function savedFeatures(
  listed: readonly Listed[],
  {
    sae,
    chosen,
    rows,
    labels,
  }: {
    sae: string;
    chosen: boolean;
    rows: ReadonlyMap<number, Pick<FeatureRow, "label" | "kind">>;
    labels: ReadonlyMap<number, string>;
  },
): SavedFeature[] {
  return listed.map(({ feature, a, b, score, aRef, density, flags }) => ({
    ref: `${sae}/${feature}`,
    label: rows.get(feature)?.label ?? labels.get(feature) ?? null,
    kind: rows.get(feature)?.kind ?? null,
    ...{ a, b: chosen ? b : null, score, aRef, density, flags: flags.join(" ") },
  }));
}

/** RFC 4180 with a header; what a spreadsheet would run as a formula is marked as text. */
export function featuresAsCsv(saved: readonly SavedFeature[]): string {
  const names = ["ref", "label", "kind", "a", "b", "score", "aRef", "density", "flags"] as const;
  const lines = saved.map((row) => names.map((name) => cell(row[name])));
  return [names, ...lines].map((line) => line.join(",")).join("\r\n");
}

function cell(value: string | number | null): string {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands a text to the reader as a file. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement("a"), { href: url, download: name.replace(/[/\\]/g, "-") }).click();
  URL.revokeObjectURL(url);
}
