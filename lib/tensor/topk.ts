import type { Matrix } from "@/lib/tensor/matrix";

/** The k largest entries of every row, largest first; `index` and `value` are [rows, k]. */
export interface TopK {
  k: number;
  index: Int32Array;
  value: Float32Array;
}

/**
 * Row-wise top-k with a min-heap of size k: one scan per row, compared with the root only. Among equal values the lower
 * column wins. `k` is clipped to the number of columns. NaN is never selected before a number.
 */
export function topKRows(m: Matrix, k: number): TopK {
  const kept = Math.min(Math.max(0, Math.trunc(k)), m.cols);
  const out = { k: kept, index: new Int32Array(m.rows * kept), value: new Float32Array(m.rows * kept) };
  if (kept === 0) return out;
  for (let r = 0; r < m.rows; r++) {
    const at = r * kept;
    topKInto(out.index.subarray(at, at + kept), out.value.subarray(at, at + kept), m.data, r * m.cols, m.cols);
  }
  return out;
}

/** Top-k of `values[offset .. offset + n)` written, largest first, into `index` and `value` (both of length k <= n). */
export function topKInto(
  index: Int32Array,
  value: Float32Array,
  values: Float32Array,
  offset: number,
  n: number,
): void {
  const k = index.length;
  for (let i = 0; i < k; i++) {
    index[i] = i;
    value[i] = cleaned(values[offset + i] as number);
  }
  for (let i = (k >> 1) - 1; i >= 0; i--) siftDown(index, value, i, k);
  let smallest = value[0] as number;
  for (let i = k; i < n; i++) {
    const v = values[offset + i] as number;
    // Strictly greater: a later equal value never replaces an earlier one, so the lower index wins ties.
    if (v > smallest) {
      value[0] = v;
      index[0] = i;
      siftDown(index, value, 0, k);
      smallest = value[0] as number;
    }
  }
  for (let end = k - 1; end > 0; end--) {
    swap(index, value, 0, end);
    siftDown(index, value, 0, end);
  }
}

const cleaned = (v: number) => (Number.isNaN(v) ? Number.NEGATIVE_INFINITY : v);

/** Heap order: smaller value first; of two equal values the higher index is weaker and leaves first. */
function siftDown(index: Int32Array, value: Float32Array, start: number, size: number): void {
  let parent = start;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= size) return;
    if (child + 1 < size && weaker(index, value, child + 1, child)) child++;
    if (!weaker(index, value, child, parent)) return;
    swap(index, value, child, parent);
    parent = child;
  }
}

function weaker(index: Int32Array, value: Float32Array, a: number, b: number): boolean {
  const va = value[a] as number;
  const vb = value[b] as number;
  return va < vb || (va === vb && (index[a] as number) > (index[b] as number));
}

function swap(index: Int32Array, value: Float32Array, a: number, b: number): void {
  const i = index[a] as number;
  const v = value[a] as number;
  index[a] = index[b] as number;
  value[a] = value[b] as number;
  index[b] = i;
  value[b] = v;
}
