/** Bins per octave: values of one bin differ by at most 15 %. */
const PER_OCTAVE = 5;
/** Bins kept per feature: a range of 2^12.8, about 7,000 to 1, below the largest value seen. */
export const N_BINS = 64;
const UNSET = -32768;

const binOf = (value: number) => Math.floor(Math.log2(value) * PER_OCTAVE);
const edgeOf = (bin: number) => 2 ** (bin / PER_OCTAVE);

/**
 * Log histograms of positive values for n features, split by group (text, image). Bins lie on one global grid; each
 * feature keeps the 64 bins below its largest value, and smaller values count in the lowest bin. The window moves up as
 * larger values come, so one pass is enough and the result does not depend on the order of values.
 */
export class LogHistograms {
  private readonly counts: Uint32Array; // [groups, n, N_BINS]
  private readonly highest: Int16Array; // [n] global number of the last bin

  constructor(
    readonly n: number,
    readonly groups: number,
  ) {
    this.counts = new Uint32Array(groups * n * N_BINS);
    this.highest = new Int16Array(n).fill(UNSET);
  }

  /** Counts one value > 0. */
  add(group: number, feature: number, value: number): void {
    const bin = binOf(value);
    const highest = this.highest[feature] as number;
    if (bin > highest) this.moveUp(feature, bin);
    const slot = Math.max(0, bin - (this.highest[feature] as number) + N_BINS - 1);
    const at = (group * this.n + feature) * N_BINS + slot;
    this.counts[at] = (this.counts[at] as number) + 1;
  }

  private moveUp(feature: number, bin: number): void {
    const shift = Math.min(N_BINS, bin - (this.highest[feature] as number));
    const first = this.highest[feature] === UNSET;
    this.highest[feature] = bin;
    if (first) return;
    for (let g = 0; g < this.groups; g++) {
      const bins = this.counts.subarray((g * this.n + feature) * N_BINS, (g * this.n + feature + 1) * N_BINS);
      let below = 0;
      for (let b = 0; b < shift; b++) below += bins[b] as number;
      bins.copyWithin(0, shift);
      bins.fill(0, N_BINS - shift);
      bins[0] = (bins[0] as number) + below;
    }
  }

  /**
   * Edges and counts of the bins in use, lowest first. `counts[g]` is [bins]; `edges` is [bins + 1]. The last edge is
   * the largest value. Empty arrays for a feature without values.
   */
  binsOf(feature: number, max: number): { edges: number[]; counts: number[][] } {
    const counts: number[][] = Array.from({ length: this.groups }, () => []);
    if (this.highest[feature] === UNSET) return { edges: [], counts };
    const lowest = (this.highest[feature] as number) - N_BINS + 1;
    const total = (b: number) => {
      let sum = 0;
      for (let g = 0; g < this.groups; g++) sum += this.counts[(g * this.n + feature) * N_BINS + b] as number;
      return sum;
    };
    let from = 0;
    while (from < N_BINS - 1 && total(from) === 0) from++;
    const edges: number[] = [];
    for (let b = from; b < N_BINS; b++) {
      edges.push(edgeOf(lowest + b));
      for (let g = 0; g < this.groups; g++) {
        (counts[g] as number[]).push(this.counts[(g * this.n + feature) * N_BINS + b] as number);
      }
    }
    edges.push(Math.max(max, edges[edges.length - 1] as number));
    return { edges, counts };
  }

  /** Value below which a share q of the feature's values lies, log-interpolated in its bin; 0 without values. */
  quantile(feature: number, q: number, max: number): number {
    const { edges, counts } = this.binsOf(feature, max);
    const bins = edges.length - 1;
    const sums = Array.from({ length: Math.max(0, bins) }, (_, b) => counts.reduce((s, c) => s + (c[b] as number), 0));
    const target = q * sums.reduce((a, b) => a + b, 0);
    let below = 0;
    for (let b = 0; b < bins; b++) {
      const here = sums[b] as number;
      if (here > 0 && below + here >= target) {
        const lo = edges[b] as number;
        const hi = edges[b + 1] as number;
        return lo * (hi / lo) ** ((target - below) / here);
      }
      below += here;
    }
    return bins > 0 ? max : 0;
  }
}
