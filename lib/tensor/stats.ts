import { type Matrix, row } from "@/lib/tensor/matrix";

/** Sum in float64. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

/** Sum of squares in float64. */
export function sumSquares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return sum;
}

/** Dot product in float64 of two vectors of equal length. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Euclidean norm of every row, [rows], float64 accumulation. */
export function rowNorms(m: Matrix): Float32Array {
  const out = new Float32Array(m.rows);
  for (let r = 0; r < m.rows; r++) out[r] = Math.sqrt(sumSquares(row(m, r)));
  return out;
}

/** Mean of the rows, [cols], float64. Zero rows give zeros. */
export function meanRow(m: Matrix): Float64Array {
  const out = new Float64Array(m.cols);
  for (let r = 0; r < m.rows; r++) {
    const at = r * m.cols;
    for (let c = 0; c < m.cols; c++) out[c] = (out[c] as number) + (m.data[at + c] as number);
  }
  if (m.rows > 0) for (let c = 0; c < m.cols; c++) out[c] = (out[c] as number) / m.rows;
  return out;
}

/** Quantile q in [0, 1] of unsorted values with linear interpolation between order statistics; null when empty. */
export function quantile(values: ArrayLike<number>, q: number): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.ceil(at);
  const a = sorted[low] as number;
  return a + (at - low) * ((sorted[high] as number) - a);
}

/**
 * Smallest value v such that at least a share q of the counted items is <= v, for `counts[v]` items of integer value v.
 * Returns null when nothing was counted.
 */
export function countQuantile(counts: ArrayLike<number>, q: number): number | null {
  let total = 0;
  for (let v = 0; v < counts.length; v++) total += counts[v] as number;
  if (total === 0) return null;
  let seen = 0;
  for (let v = 0; v < counts.length; v++) {
    seen += counts[v] as number;
    if (seen >= q * total && seen > 0) return v;
  }
  return counts.length - 1;
}

/** Wilson interval of a proportion (95 %): hits of n. Null without items. E. B. Wilson, JASA 1927. */
export function wilson(hits: number, n: number, u = 1.96): { lo: number; hi: number } | null {
  if (n === 0) return null;
  const p = hits / n;
  const centre = (p + u ** 2 / (2 * n)) / (1 + u ** 2 / n);
  const half = (u / (1 + u ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + u ** 2 / (4 * n ** 2));
  return { lo: Math.max(0, centre - half), hi: Math.min(1, centre + half) };
}

/** Exact two-sided sign test: how likely so uneven a count of better and worse is when both are equally likely. Null without either. */
export function signTest(better: number, worse: number): number | null {
  const n = better + worse;
  if (n === 0) return null;
  // P(X <= min) of a fair coin, in logarithms: factorials of hundreds do not fit a number.
  let tail = 0;
  let term = -n * Math.LN2;
  for (let i = 0; i <= Math.min(better, worse); i++) {
    tail += Math.exp(term);
    term += Math.log((n - i) / (i + 1));
  }
  return Math.min(1, 2 * tail);
}
