import type { Statistics } from "@/lib/exemplars/statistics";

/** What a reader should know before trusting the pictures of a feature. */
export type FeatureFlag = "always_on" | "position" | "image_only" | "text_only";

const ALWAYS_ON = 0.2;
const ONLY = 0.98;
/** A feature about a place keeps half of its mass in this share of the grid. */
const CORNER_SHARE = 0.05;
const MIN_IMAGES_FOR_POSITION = 20;

/** Share of a feature's firing that is on images, with rates per modality so that the corpus mix does not decide. */
export function imageShareOf(stats: Statistics, feature: number): number {
  const image = stats.rate(feature, "image");
  const text = stats.rate(feature, "text");
  return image + text === 0 ? 0 : image / (image + text);
}

/** Mean activation per cell over the firing images as bytes, 255 at the largest cell; null without firing images. */
export function positionMapOf(stats: Statistics, feature: number): Uint8Array | null {
  if (stats.nFiringImage[feature] === 0) return null;
  const cells = cellsOf(stats, feature);
  const largest = cells.reduce((a, b) => Math.max(a, b), 0);
  return Uint8Array.from(cells, (v) => (v > 0 ? Math.max(1, Math.round((255 * v) / largest)) : 0));
}

export function flagsOf(stats: Statistics, feature: number): FeatureFlag[] {
  const flags: FeatureFlag[] = [];
  if (stats.rate(feature, "image") > ALWAYS_ON || stats.rate(feature, "text") > ALWAYS_ON) flags.push("always_on");
  if ((stats.nFiringImage[feature] as number) >= MIN_IMAGES_FOR_POSITION && isAboutPlace(cellsOf(stats, feature))) {
    flags.push("position");
  }
  const share = imageShareOf(stats, feature);
  if (stats.nFiring[feature] && share >= ONLY && stats.rows.text > 0) flags.push("image_only");
  if (stats.nFiring[feature] && share <= 1 - ONLY && stats.rows.image > 0) flags.push("text_only");
  return flags;
}

const cellsOf = (stats: Statistics, f: number) =>
  stats.positions.subarray(f * stats.corpus.nCells, (f + 1) * stats.corpus.nCells);

/** True when half of the mass lies in the strongest 5 % of the cells (at least one). */
export function isAboutPlace(cells: Float32Array): boolean {
  const sorted = Float32Array.from(cells).sort().reverse();
  const few = Math.max(1, Math.floor(CORNER_SHARE * cells.length));
  const total = sorted.reduce((a, b) => a + b, 0);
  return total > 0 && sorted.subarray(0, few).reduce((a, b) => a + b, 0) >= total / 2;
}
