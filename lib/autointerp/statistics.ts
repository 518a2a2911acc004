import { createRng } from "@/lib/core/rng";

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
