import type { Statistics } from "@/lib/exemplars/statistics";

/** What a reader should know before trusting the pictures of a feature. */
export type FeatureFlag = "always_on" | "position" | "corner" | "border" | "norm" | "image_only" | "text_only";

const ALWAYS_ON = 0.2;
const ONLY = 0.98;
/** A feature about a place keeps half of its mass in this share of the grid. */
const CORNER_SHARE = 0.05;
const MIN_IMAGES_FOR_POSITION = 20;
/** Side of a corner, as a share of the grid's: 2 of 14 cells, so that the four corners are 8 % of the image. */
const CORNER_SIDE = 1 / 7;
/** The outermost cells are 27 % of a grid of 14 x 14; backgrounds have up to a half of their mass there. */
const BORDER_MASS = 0.7;
/** Times the mean norm of the codes of a cell: class and register tokens stand out so among the patches. */
const HIGH_NORM = 2.5;

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

/** @param grid rows and columns of the base grid */
export function flagsOf(stats: Statistics, feature: number, grid: { rows: number; cols: number }): FeatureFlag[] {
  const flags: FeatureFlag[] = [];
  if (stats.rate(feature, "image") > ALWAYS_ON || stats.rate(feature, "text") > ALWAYS_ON) flags.push("always_on");
  if ((stats.nFiringImage[feature] as number) >= MIN_IMAGES_FOR_POSITION) {
    const cells = cellsOf(stats, feature);
    if (isAboutPlace(cells)) flags.push("position");
    const { corner, border } = massAtEdges(cells, grid);
    if (corner >= 0.5) flags.push("corner");
    else if (border >= BORDER_MASS) flags.push("border");
    if (normRatio(stats, feature) >= HIGH_NORM) flags.push("norm");
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

/** Shares of the mass that lie in the four corners and on the outermost cells; 0 without mass. */
export function massAtEdges(
  cells: Float32Array,
  { rows, cols }: { rows: number; cols: number },
): { corner: number; border: number } {
  const high = Math.max(1, Math.round(CORNER_SIDE * rows));
  const wide = Math.max(1, Math.round(CORNER_SIDE * cols));
  let corner = 0;
  let border = 0;
  let total = 0;
  cells.forEach((v, cell) => {
    const r = Math.floor(cell / cols);
    const c = cell % cols;
    total += v;
    if ((r < high || r >= rows - high) && (c < wide || c >= cols - wide)) corner += v;
    if (r === 0 || c === 0 || r === rows - 1 || c === cols - 1) border += v;
  });
  return total > 0 ? { corner: corner / total, border: border / total } : { corner: 0, border: 0 };
}

/**
 * Mean norm of all codes at the cells where a feature fires / at all cells. With unit decoder rows the norm of the codes is
 * nearly that of the hidden state. Cells of more than ten times the median norm are in no statistic at all.
 */
function normRatio(stats: Statistics, feature: number): number {
  const fires = stats.fires[stats.n + feature] as number;
  if (fires === 0 || stats.codeNormSum === 0) return 0;
  return (stats.codeNorm[feature] as number) / fires / (stats.codeNormSum / stats.rows.image);
}
