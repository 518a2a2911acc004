import type { EvidenceRow, PendingFeature } from "@/lib/autointerp/data";
import type { Explainer, Shown } from "./explainer";

/** Bands whose exemplars an explainer may see. */
export const EXPLAIN_BANDS = ["top", "mean", "b5", "b4"] as const;

/** The band of samples that come near and are silent. */
export const CONTRAST_BAND = "miss";

/**
 * Parts a feature's explain pool, each sample once, strongest first: every second exemplar is shown, the other images are checks.
 * Scores use none of them.
 * @param wants how many are shown at most, the strongest
 */
export function partPool(
  feature: PendingFeature,
  rows: readonly EvidenceRow[],
  wants: Explainer["wants"],
): Shown & { checks: EvidenceRow[] } {
  const seen = new Set<string>();
  const own = rows.filter((row) => row.index === feature.index && row.pool === "explain");
  const distinct = own
    .filter((row) => row.band !== CONTRAST_BAND)
    .sort((a, b) => b.peak - a.peak)
    .filter((row) => {
      const key = `${row.sampleId}/${row.tokens.length > 0}`;
      return !seen.has(key) && seen.add(key);
    });
  const images = distinct.filter((row) => row.tokens.length === 0);
  const texts = distinct.filter((row) => row.tokens.length > 0);
  // What looks like an exemplar says more than what was next in line.
  const near = own
    .filter((row) => row.band === CONTRAST_BAND)
    .sort((a, b) => Number(b.why === "alike") - Number(a.why === "alike") || a.rank - b.rank);
  const nearOf = (text: boolean) => near.filter((row) => row.tokens.length > 0 === text).slice(0, wants.contrasts ?? 0);
  const shown = (_: EvidenceRow, i: number) => i % 2 === 0;
  return {
    feature,
    images: images.filter(shown).slice(0, wants.images),
    texts: texts.filter(shown).slice(0, wants.texts),
    checks: images.filter((_, i) => i % 2 === 1),
    contrasts: [...nearOf(false), ...nearOf(true)],
  };
}
