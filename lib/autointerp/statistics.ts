import { createRng } from "@/lib/core/rng";
import { wilson } from "@/lib/tensor/stats";

/** Mean of the true positive and true negative rates; null when a class is empty. A constant answer gives 0.5. */
export function balancedAccuracy(items: readonly { expected: boolean; answered: boolean }[]): number | null {
  const rate = (expected: boolean) => {
    const own = items.filter((item) => item.expected === expected);
    return own.length === 0 ? null : own.filter((item) => item.answered === expected).length / own.length;
  };
  const positive = rate(true);
  const negative = rate(false);
  return positive === null || negative === null ? null : (positive + negative) / 2;
}

/** A score is void when more than this share of the answers is missing. */
const MAX_MISSING = 0.1;

/** Whether more answers are missing, of those that were asked for, than a score bears. */
export const tooManyMissing = (missing: number, asked: number): boolean => missing > MAX_MISSING * asked;

export interface JudgedScore {
  value: number;
  lo: number | null;
  hi: number | null;
  /** Items asked about, those without a readable answer included. */
  n: number;
  nMissing: number;
}

/**
 * Balanced accuracy of yes-or-no answers with the Wilson interval of the share of right ones; null when a class is empty or
 * more than a tenth of the answers is missing.
 */
export function judgedScore(receipts: readonly { expected: boolean; answered: boolean | null }[]): JudgedScore | null {
  const answered = receipts.filter((r): r is { expected: boolean; answered: boolean } => r.answered !== null);
  const nMissing = receipts.length - answered.length;
  const value = tooManyMissing(nMissing, receipts.length) ? null : balancedAccuracy(answered);
  if (value === null) return null;
  const interval = wilson(answered.filter((r) => r.answered === r.expected).length, answered.length);
  return { value, lo: interval?.lo ?? null, hi: interval?.hi ?? null, n: receipts.length, nMissing };
}

/**
 * Area under the ROC curve: how likely a positive has the higher value than a negative, ties counting half (mid-ranks). Null
 * without either.
 */
export function auroc(positive: readonly number[], negative: readonly number[]): number | null {
  if (positive.length === 0 || negative.length === 0) return null;
  const all = [...positive, ...negative].sort((a, b) => a - b);
  const midRank = new Map<number, number>();
  for (let from = 0; from < all.length; ) {
    let to = from + 1;
    while (to < all.length && all[to] === all[from]) to++;
    midRank.set(all[from] as number, (from + to + 1) / 2);
    from = to;
  }
  const ranks = positive.reduce((sum, v) => sum + (midRank.get(v) as number), 0);
  return (ranks - (positive.length * (positive.length + 1)) / 2) / (positive.length * negative.length);
}

/** Overlap of a feature's region and a true region in one image, in cells. */
export interface Overlap {
  intersection: number;
  union: number;
}

/** Intersection over union summed over the data set, then divided; null when both are empty everywhere. */
export function datasetIou(images: readonly Overlap[]): number | null {
  const union = images.reduce((sum, i) => sum + i.union, 0);
  return union === 0 ? null : images.reduce((sum, i) => sum + i.intersection, 0) / union;
}

/** 95 % interval of the data set IoU by Poisson bootstrap over images (a Poisson(1) weight per image and draw). */
export function bootstrapIou(images: readonly Overlap[], seed: number, draws = 200): { lo: number; hi: number } | null {
  if (datasetIou(images) === null) return null;
  const rng = createRng(seed, "bootstrap-iou");
  const values: number[] = [];
  for (let d = 0; d < draws; d++) {
    let intersection = 0;
    let union = 0;
    for (const image of images) {
      const weight = poissonOne(rng.float());
      intersection += weight * image.intersection;
      union += weight * image.union;
    }
    if (union > 0) values.push(intersection / union);
  }
  values.sort((a, b) => a - b);
  const at = (q: number) => values[Math.round(q * (values.length - 1))] ?? 0;
  return { lo: at(0.025), hi: at(0.975) };
}

/** Inverse of the Poisson(1) distribution function. */
function poissonOne(u: number): number {
  let k = 0;
  let p = Math.exp(-1);
  let sum = p;
  while (u > sum && k < 12) {
    k++;
    p /= k;
    sum += p;
  }
  return k;
}
