import { createSums, type GroupSums, type MetricsSums, MODALITIES, mergeGroup } from "@/lib/sae/metric-sums";
import { countQuantile } from "@/lib/tensor/stats";

/** Quality figures of one group of rows; every name stands for one formula, documented in docs/algorithms.md. */
export interface GroupMetrics {
  rows: number;
  fvu: number | null; // sum|e|^2 / sum|x - mean of the group|^2 (headline)
  ev: number | null; // 1 - fvu
  fvu_global_den: number | null; // the same with the mean of all rows: comparable between groups
  fve_bias_blind: number | null; // ignores a constant offset (dictionary_learning, SAEBench)
  ev_uncentred: number | null; // 1 - sum|e|^2 / sum|x|^2
  l0: { mean: number; p5: number; p50: number; p95: number } | null;
  dead: { share: number; count: number; rows: number }; // latents with no z > 0 in these rows
  cos: number | null; // mean cosine of x and xhat
  l2_ratio: number | null; // mean |xhat| / |x|
  rel_bias: number | null; // sum|xhat|^2 / sum x.xhat
  density: { edges: [number, number]; counts: number[]; never: number }; // log10 of firing rate, 50 bins
}

export interface MetricsReport {
  rows: number;
  all: GroupMetrics;
  image: GroupMetrics;
  text: GroupMetrics;
}

/** The figures of every group; groups without rows have null figures. */
export function reportMetrics(sums: MetricsSums): MetricsReport {
  const { d, n, shift, groups } = sums;
  const total = createSums(d, n, groups.other.l0.length - 1, shift).groups.other;
  for (const name of MODALITIES) mergeGroup(total, groups[name]);
  const report = (group: GroupSums) => groupMetrics(group, total);
  return { rows: total.rows, all: report(total), image: report(groups.image), text: report(groups.text) };
}

function groupMetrics(g: GroupSums, all: GroupSums): GroupMetrics {
  const variance = g.p - squares(g.a) / g.rows;
  const fvu = ratio(g.e2, variance);
  return {
    rows: g.rows,
    fvu,
    ev: fvu === null ? null : 1 - fvu,
    fvu_global_den: ratio(g.e2, spreadAround(g, all)),
    fve_bias_blind: complement(ratio(g.e2 - squares(g.e1) / g.rows, variance)),
    ev_uncentred: complement(ratio(g.e2, g.xx)),
    l0: l0Figures(g.l0, g.rows),
    dead: deadFigures(g),
    cos: ratio(g.cos, g.nonzero),
    l2_ratio: ratio(g.ratio, g.nonzero),
    rel_bias: ratio(g.hh, g.xh),
    density: densityHistogram(g.fired, g.rows),
  };
}

/** sum over the group of |x - mean of all rows|^2. */
function spreadAround(g: GroupSums, all: GroupSums): number {
  let spread = g.p;
  for (let j = 0; j < g.a.length; j++) {
    const mean = all.a[j]! / all.rows;
    spread += g.rows * mean * mean - 2 * mean * g.a[j]!;
  }
  return spread;
}

const ratio = (top: number, bottom: number) => (bottom > 0 ? top / bottom : null);
const complement = (value: number | null) => (value === null ? null : 1 - value);

function squares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

function l0Figures(counts: Float64Array, rows: number): GroupMetrics["l0"] {
  if (rows === 0) return null;
  let total = 0;
  for (let active = 0; active < counts.length; active++) total += active * counts[active]!;
  const at = (q: number) => countQuantile(counts, q) ?? 0;
  return { mean: total / rows, p5: at(0.05), p50: at(0.5), p95: at(0.95) };
}

function deadFigures({ fired, rows }: GroupSums): GroupMetrics["dead"] {
  let count = 0;
  for (const times of fired) if (times === 0) count++;
  return { share: fired.length > 0 ? count / fired.length : 0, count, rows };
}

const DENSITY_BINS = 50;
const DENSITY_EDGES: [number, number] = [-8, 0];

/** log10 firing rates in 50 bins on [-8, 0]; latents that never fired are counted apart, without a pseudo-value. */
export function densityHistogram(fired: ArrayLike<number>, rows: number): GroupMetrics["density"] {
  const counts = new Array<number>(DENSITY_BINS).fill(0);
  let never = 0;
  for (let i = 0; i < fired.length; i++) {
    const times = fired[i]!;
    if (times === 0 || rows === 0) never++;
    else {
      const place = (Math.log10(times / rows) - DENSITY_EDGES[0]) / (DENSITY_EDGES[1] - DENSITY_EDGES[0]);
      counts[Math.min(DENSITY_BINS - 1, Math.max(0, Math.floor(place * DENSITY_BINS)))]!++;
    }
  }
  return { edges: DENSITY_EDGES, counts, never };
}

/** Per latent f_image / (f_image + f_text) with f = firings per row of that modality; NaN where it never fired. */
export function modalityShare(sums: MetricsSums): Float64Array {
  const { image, text } = sums.groups;
  return Float64Array.from({ length: sums.n }, (_, i) => {
    const a = image.rows > 0 ? image.fired[i]! / image.rows : 0;
    const b = text.rows > 0 ? text.fired[i]! / text.rows : 0;
    return a / (a + b);
  });
}
