import type { EvidenceRow, PendingFeature } from "@/lib/autointerp/data";
import type { Explainer, Shown } from "./explainer";

/** Bands whose exemplars an explainer may see. */
export const EXPLAIN_BANDS = ["top", "mean", "b5", "b4"] as const;

/** The band of samples that come near and are silent. */
export const CONTRAST_BAND = "miss";

/** Of fewer near misses no two can be kept back. */
const PARTED = 3;

/**
 * Parts a feature's explain pool, each sample once, strongest first: every second image is shown, the others are checks. Texts and
 * near misses are all shown, or every second one where the explainer checks with them and there are enough. Scores use none of them.
 * @param wants how many are shown at most, the strongest
 */
export function partPool(
  feature: PendingFeature,
  rows: readonly EvidenceRow[],
  wants: Explainer["wants"],
): Shown & Required<Pick<Shown, "checks" | "textChecks" | "contrasts" | "silentChecks">> {
  const seen = new Set<string>();
  const once = (row: EvidenceRow) => {
    const key = `${row.sampleId}/${row.tokens.length > 0}`;
    return !seen.has(key) && seen.add(key);
  };
  const own = rows.filter((row) => row.index === feature.index && row.pool === "explain");
  const distinct = own
    .filter((row) => row.band !== CONTRAST_BAND)
    .sort((a, b) => b.peak - a.peak)
    .filter(once);
  // What looks like an exemplar says more than what was next in line.
  const near = own
    .filter((row) => row.band === CONTRAST_BAND)
    .sort((a, b) => Number(b.why === "alike") - Number(a.why === "alike") || a.rank - b.rank)
    .filter(once);
  const of = (list: readonly EvidenceRow[], text: boolean) => list.filter((row) => row.tokens.length > 0 === text);
  const nearOf = (text: boolean) => {
    const all = of(near, text);
    if (!wants.silentChecks || all.length < PARTED) return { shown: all, kept: [] };
    // The other way round: a check needs two, a question can do with one.
    const { shown: kept, kept: shown } = halves(all);
    return { shown, kept };
  };
  const images = halves(of(distinct, false));
  const texts = wants.textChecks ? halves(of(distinct, true)) : { shown: of(distinct, true), kept: [] };
  const nearImages = nearOf(false);
  const nearTexts = nearOf(true);
  return {
    feature,
    images: images.shown.slice(0, wants.images),
    texts: texts.shown.slice(0, wants.texts),
    checks: images.kept,
    textChecks: texts.kept,
    contrasts: [nearImages, nearTexts].flatMap(({ shown }) => shown.slice(0, wants.contrasts ?? 0)),
    silentChecks: [...nearImages.kept, ...nearTexts.kept],
  };
}

/** Every second one, the first among them, and the others. */
const halves = (list: readonly EvidenceRow[]) => ({
  shown: list.filter((_, i) => i % 2 === 0),
  kept: list.filter((_, i) => i % 2 === 1),
});

/** Features whose decoder rows are nearer than this fire on the same things: no contrast for each other. */
const KIN = 0.4;

/** A feature and those that fire on the same things. */
export function kinOf({ feature }: Shown): Set<number> {
  const neighbours = feature.neighbours as unknown as { index: number; cosine: number }[];
  return new Set([feature.index, ...neighbours.filter((n) => n.cosine > KIN).map((n) => n.index)]);
}
