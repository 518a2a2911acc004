import type { EvidenceRow, PendingFeature } from "@/lib/autointerp/data";
import type { Shown } from "./explainer";

/** Bands whose exemplars an explainer may see. */
export const EXPLAIN_BANDS = ["top", "mean", "b5", "b4"] as const;

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
  const distinct = rows
    .filter((row) => row.index === feature.index && row.pool === "explain")
    .sort((a, b) => b.peak - a.peak)
    .filter((row) => {
      const key = `${row.sampleId}/${row.tokens.length > 0}`;
      return !seen.has(key) && seen.add(key);
    });
  const images = distinct.filter((row) => row.tokens.length === 0);
  const texts = distinct.filter((row) => row.tokens.length > 0);
  const every = (parity: number): Shown => ({
    feature,
    images: images.filter((_, i) => i % 2 === parity),
    texts: texts.filter((_, i) => i % 2 === parity),
  });
  return { shown: every(0), checks: every(1) };
}

/** The strongest of what is shown, as many as an explainer wants. */
export const atMost = ({ feature, images, texts }: Shown, wants: { images: number; texts: number }): Shown => ({
  feature,
  images: images.slice(0, wants.images),
  texts: texts.slice(0, wants.texts),
});
