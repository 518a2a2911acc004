/** How much two sets have in common. */
export interface Overlap {
  both: number;
  a: number;
  b: number;
  /** Both over either; null when both are empty. */
  jaccard: number | null;
}

export function overlapOf<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): Overlap {
  let both = 0;
  for (const item of a) if (b.has(item)) both++;
  const either = a.size + b.size - both;
  return { both, a: a.size, b: b.size, jaccard: either > 0 ? both / either : null };
}

/** Cosine of two directions; null when one of them is zero or their widths differ. */
export function cosineOf(a: Float32Array, b: Float32Array): number | null {
  if (a.length !== b.length) return null;
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? dot / Math.sqrt(aa * bb) : null;
}
