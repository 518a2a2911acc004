import { csvCell } from "@/lib/features/export/format";
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

/** As CSV, with a header. */
export function featuresAsCsv(saved: readonly SavedFeature[]): string {
  const names = ["ref", "label", "kind", "a", "b", "score", "aRef", "density", "flags"] as const;
  const lines = saved.map((row) => names.map((name) => csvCell(row[name])));
  return [names, ...lines].map((line) => line.join(",")).join("\r\n");
}
