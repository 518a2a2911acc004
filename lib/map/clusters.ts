/** Cells of a side of the density. */
const SIDE = 192;

/** A cluster of places: its densest spot in the unit square, its members. */
export interface Peak {
  x: number;
  y: number;
  members: number[];
}

export interface PeakOptions {
  /** Standard deviation of the Gaussian that smooths the density, as a share of the side. */
  bandwidth: number;
  /** A peak is a cluster of its own when it is this many times as dense as the saddle to a higher one. */
  prominence: number;
  /** Fewer members than this are no cluster: they stay unassigned. */
  least: number;
}

export const PEAK_DEFAULTS: PeakOptions = { bandwidth: 0.011, prominence: 1.35, least: 8 };

/**
 * Clusters of places by ToMATo (Chazal, Guibas, Oudot and Skraba 2013) on a Gaussian density over a grid: from the densest
 * cell downwards, each cell joins the highest peak beside it, and two peaks that meet become one unless the lower one is
 * prominent. Needs no number of clusters. Largest first, ties by place.
 * @param places [n, 2] in the unit square
 */
export function findPeaks(places: Float32Array, { bandwidth, prominence, least } = PEAK_DEFAULTS): Peak[] {
  const density = densityOf(places, bandwidth);
  const cells = Array.from({ length: SIDE * SIDE }, (_, i) => i).filter((i) => (density[i] as number) > 0);
  cells.sort((a, b) => (density[b] as number) - (density[a] as number) || a - b);
  const root = new Int32Array(SIDE * SIDE).fill(-1);
  const find = (i: number): number => {
    let at = i;
    while (root[at] !== at) at = root[at] as number;
    root[i] = at;
    return at;
  };
  const heightOf = (i: number) => density[find(i)] as number;
  for (const cell of cells) {
    const height = density[cell] as number;
    const beside = neighboursOf(cell).filter((i) => (root[i] as number) >= 0);
    const best = beside.reduce((top, i) => (top < 0 || heightOf(i) > heightOf(top) ? i : top), -1);
    if (best < 0) {
      root[cell] = cell;
      continue;
    }
    const highest = find(best);
    root[cell] = highest;
    for (const other of beside) {
      const lower = find(other);
      if (lower !== highest && (density[lower] as number) < prominence * height) root[lower] = highest;
    }
  }
  const members = new Map<number, number[]>();
  for (let p = 0; p < places.length / 2; p++) {
    const peak = find(cellOf(places[2 * p] as number, places[2 * p + 1] as number));
    const own = members.get(peak);
    if (own) own.push(p);
    else members.set(peak, [p]);
  }
  return [...members]
    .filter(([, list]) => list.length >= least)
    .sort(([a, x], [b, y]) => y.length - x.length || a - b)
    .map(([peak, list]) => ({
      x: ((peak % SIDE) + 0.5) / SIDE,
      y: (Math.floor(peak / SIDE) + 0.5) / SIDE,
      members: list,
    }));
}

function cellOf(x: number, y: number): number {
  const at = (v: number) => Math.min(SIDE - 1, Math.max(0, Math.floor(v * SIDE)));
  return at(y) * SIDE + at(x);
}

function neighboursOf(cell: number): number[] {
  const [row, col] = [Math.floor(cell / SIDE), cell % SIDE];
  const out: number[] = [];
  for (let r = Math.max(0, row - 1); r <= Math.min(SIDE - 1, row + 1); r++) {
    for (let c = Math.max(0, col - 1); c <= Math.min(SIDE - 1, col + 1); c++) {
      if (r !== row || c !== col) out.push(r * SIDE + c);
    }
  }
  return out;
}

/** Points per cell, smoothed by a Gaussian cut at three deviations, one axis after the other: [SIDE, SIDE]. */
export function densityOf(places: Float32Array, bandwidth: number): Float64Array {
  const counts = new Float64Array(SIDE * SIDE);
  for (let p = 0; p < places.length / 2; p++) counts[cellOf(places[2 * p] as number, places[2 * p + 1] as number)]!++;
  const sigma = bandwidth * SIDE;
  const reach = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const along = (from: Float64Array, step: number, line: number) => {
    const out = new Float64Array(from.length);
    for (let l = 0; l < SIDE; l++) {
      for (let i = 0; i < SIDE; i++) {
        let sum = 0;
        for (let j = Math.max(0, i - reach); j <= Math.min(SIDE - 1, i + reach); j++) {
          sum += (from[l * line + j * step] as number) * (kernel[j - i + reach] as number);
        }
        out[l * line + i * step] = sum;
      }
    }
    return out;
  };
  return along(along(counts, 1, SIDE), SIDE, 1);
}

export { SIDE };
