/** Texts with what they mean: row r of `data` is the vector of `texts[r]`, of length 1 in steps of 1/127 of its largest entry. */
export interface Meanings {
  texts: string[];
  /** [texts, d] */
  data: Int8Array;
  d: number;
}

/** A vector in 8 bits a number: its direction is kept to about 1 %, its length is not. */
export function toBytes(vector: readonly number[] | Float32Array): Int8Array {
  let most = 0;
  for (const x of vector) most = Math.max(most, Math.abs(x));
  return Int8Array.from(vector, (x) => (most > 0 ? Math.round((127 * x) / most) : 0));
}

/**
 * Texts whose vectors point most the way of one, by cosine in [-1, 1], best first; equal ones in their order.
 * @param query [d]
 */
export function nearestMeanings(
  { texts, data, d }: Meanings,
  query: Int8Array,
  most: number,
): { text: string; cosine: number }[] {
  const length = Math.sqrt(query.reduce((sum, x) => sum + x * x, 0));
  const cosine = new Float64Array(texts.length);
  for (let r = 0; r < texts.length; r++) {
    let product = 0;
    let square = 0;
    for (let j = 0, at = r * d; j < d; j++, at++) {
      const x = data[at] as number;
      product += x * (query[j] as number);
      square += x * x;
    }
    cosine[r] = square > 0 && length > 0 ? product / Math.sqrt(square) / length : 0;
  }
  const order = Uint32Array.from(texts, (_, r) => r).sort(
    (a, b) => (cosine[b] as number) - (cosine[a] as number) || a - b,
  );
  return Array.from(order.subarray(0, most), (r) => ({ text: texts[r] as string, cosine: cosine[r] as number }));
}
