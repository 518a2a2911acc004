import type { EvidenceRow, PendingFeature } from "@/lib/autointerp/data";
import type { Explainer, Shown } from "./explainer";

/** Bands whose exemplars an explainer may see. */
export const EXPLAIN_BANDS = ["top", "mean", "b5", "b4"] as const;

/** The band of samples that come near and are silent. */
export const CONTRAST_BAND = "miss";

/** The exemplars of one feature that are not for scores: what explainers see, and what chooses between their explanations. */
export interface ExplainPool {
  shown: Shown;
  /** Never shown to an explainer: explanations are compared by these, and mended by those of them that they get wrong. */
  checks: Shown;
}

/**
 * Parts a feature's explain pool, each sample once, strongest first: every second exemplar is shown, the others check. Scores
 * use neither.
 */
export function partPool(feature: PendingFeature, rows: readonly EvidenceRow[]): ExplainPool {
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
  const contrasts = own
    .filter((row) => row.band === CONTRAST_BAND)
    .sort((a, b) => Number(b.why === "alike") - Number(a.why === "alike") || a.rank - b.rank);
  const every = (parity: number): Shown => ({
    feature,
    images: images.filter((_, i) => i % 2 === parity),
    texts: texts.filter((_, i) => i % 2 === parity),
    contrasts: contrasts.filter((_, i) => i % 2 === parity),
  });
  return { shown: every(0), checks: every(1) };
}

/** The strongest of what is shown, as many as an explainer wants. */
export const atMost = ({ feature, images, texts, contrasts }: Shown, wants: Explainer["wants"]): Shown => {
  const most = wants.contrasts ?? 0;
  const ofKind = (text: boolean) => (contrasts ?? []).filter((row) => row.tokens.length > 0 === text).slice(0, most);
  return {
    feature,
    images: images.slice(0, wants.images),
    texts: texts.slice(0, wants.texts),
    ...(most > 0 ? { contrasts: [...ofKind(false), ...ofKind(true)] } : {}),
  };
};
