import type { Rng } from "@/lib/core/rng";

/** The nearest of some landmarks for each of n points, nearest first: [n, k]. */
export interface NearestLandmarks {
  n: number;
  k: number;
  /** Number of a landmark. */
  index: Int32Array;
  distance: Float32Array;
}

/** Standard deviation by which places are scattered, as a share of the map's side: points with the same landmarks stay apart. */
const SCATTER = 1e-3;
const BISECTIONS = 40;
const ROUNDS = 24;

/**
 * Places points among landmarks that lie on a map already: each at the weighted geometric median of its k nearest landmarks, with
 * the weights that UMAP gives neighbours. A mean would lay a point between two groups that it has neighbours in; the median
 * lies with the group that has more weight. Linear in n, so that a map may hold more points than its layout.
 * @param places of the landmarks, [landmarks, 2], in the unit square
 * @returns places of the points, [n, 2], scattered a little
 */
export function placeOthers({ n, k, index, distance }: NearestLandmarks, places: Float32Array, rng: Rng): Float32Array {
  const out = new Float32Array(2 * n);
  const xs = new Float64Array(k);
  const ys = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    const weights = neighbourWeights(distance.subarray(i * k, (i + 1) * k));
    for (let t = 0; t < k; t++) {
      const landmark = index[i * k + t] as number;
      xs[t] = places[2 * landmark] as number;
      ys[t] = places[2 * landmark + 1] as number;
    }
    const [x, y] = geometricMedian(xs, ys, weights);
    out[2 * i] = x + SCATTER * rng.normal();
    out[2 * i + 1] = y + SCATTER * rng.normal();
  }
  return out;
}

/**
 * Membership strengths of neighbours by distance, nearest first (McInnes, Healy and Melville 2018, algorithm 3):
 * exp(-(d - d0) / sigma) with sigma such that they sum to log2(k).
 */
export function neighbourWeights(distance: ArrayLike<number>): Float64Array {
  const k = distance.length;
  const first = distance[0] as number;
  const target = Math.log2(Math.max(2, k));
  const weights = new Float64Array(k);
  const fill = (sigma: number): number => {
    let sum = 0;
    for (let t = 0; t < k; t++) sum += weights[t] = Math.exp(-((distance[t] as number) - first) / sigma);
    return sum;
  };
  const farthest = (distance[k - 1] as number) - first;
  if (!(farthest > 0)) return weights.fill(1);
  let [lo, hi] = [farthest * 1e-6, farthest * 1e3];
  for (let step = 0; step < BISECTIONS; step++) {
    const sigma = Math.sqrt(lo * hi);
    if (fill(sigma) > target) hi = sigma;
    else lo = sigma;
  }
  fill(lo);
  return weights;
}

/** The point with the least weighted sum of distances to some points, by Weiszfeld's iteration from their mean. */
export function geometricMedian(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  weights: ArrayLike<number>,
): [x: number, y: number] {
  let [x, y] = [0, 0];
  for (let round = 0; round <= ROUNDS; round++) {
    let [sumX, sumY, sum] = [0, 0, 0];
    for (let t = 0; t < xs.length; t++) {
      const [px, py] = [xs[t] as number, ys[t] as number];
      // The first round is the mean; a point that is reached exactly pulls strongly, and not without bound.
      const apart = round === 0 ? 1 : Math.max(1e-6, Math.hypot(px - x, py - y));
      const w = (weights[t] as number) / apart;
      sumX += w * px;
      sumY += w * py;
      sum += w;
    }
    [x, y] = [sumX / sum, sumY / sum];
  }
  return [x, y];
}
