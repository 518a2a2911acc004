import { UMAP } from "umap-js";
import type { Rng } from "@/lib/core/rng";

/** Nearest neighbours of each point, itself first, nearest first: [n, k]. */
export interface Nearest {
  n: number;
  k: number;
  index: Int32Array;
  distance: Float32Array;
}

/** A layout that is improved epoch by epoch. */
export interface Layout {
  epochs: number;
  /** One epoch; cheap enough to look at a signal between two. */
  step(): void;
  /** Places so far, [n, 2], in no particular unit. */
  places(): Float32Array;
}

/**
 * UMAP (McInnes, Healy and Melville 2018) of points that are known by their nearest neighbours alone.
 * @param start places to begin with, [n, 2]: what is far apart there tends to stay so (Kobak and Linderman 2021).
 * @param rng the same stream gives the same layout.
 * @throws RangeError when there are fewer points than neighbours.
 */
export function layOut(nearest: Nearest, start: Float32Array, rng: Rng): Layout {
  const { n, k } = nearest;
  if (n <= k) throw new RangeError(`layOut: ${n} points for ${k} neighbours each`);
  const umap = new UMAP({ nNeighbors: k, minDist: 0.12, spread: 1, random: () => rng.float(), nEpochs: epochsFor(n) });
  const rows = <T extends Int32Array | Float32Array>(data: T) =>
    Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * k, (i + 1) * k)));
  umap.setPrecomputedKNN(rows(nearest.index), rows(nearest.distance));
  // With its neighbours given, only the number of the points matters.
  const epochs = umap.initializeFit(Array.from({ length: n }, () => []));
  // The optimiser moves these very rows, so writing into them sets where it starts.
  const places = umap.getEmbedding();
  const scale = 10 / (start.reduce((top, v) => Math.max(top, Math.abs(v)), 0) || 1);
  places.forEach((row, i) => {
    row[0] = scale * (start[2 * i] as number) + 1e-3 * rng.normal();
    row[1] = scale * (start[2 * i + 1] as number) + 1e-3 * rng.normal();
  });
  return {
    epochs,
    step: () => void umap.step(),
    places: () => Float32Array.from(umap.getEmbedding().flat()),
  };
}

/** Small sets need more epochs to settle; for large ones time counts. */
function epochsFor(n: number): number {
  return n <= 10_000 ? 300 : 200;
}

/** Places moved into the unit square, [n, 2]: centred, one scale for both axes. */
export function intoUnitSquare(places: Float32Array): Float32Array {
  const lo = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as [number, number];
  const hi = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY] as [number, number];
  places.forEach((v, i) => {
    const axis = (i % 2) as 0 | 1;
    lo[axis] = Math.min(lo[axis], v);
    hi[axis] = Math.max(hi[axis], v);
  });
  const side = Math.max(hi[0] - lo[0], hi[1] - lo[1]) || 1;
  return places.map((v, i) => {
    const axis = (i % 2) as 0 | 1;
    return 0.5 + (v - (lo[axis] + hi[axis]) / 2) / side;
  });
}
