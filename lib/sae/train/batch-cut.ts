const BUCKETS = 1 << 16;

/** Where a selection of the largest values ends: all above `above` are in, and the first `ties` of those equal to it. */
export interface BatchCut {
  above: number;
  ties: number;
}

/**
 * Cut that keeps the `count` largest positive values (all positives, with above = 0, when there are no more). A histogram
 * over the upper half of the float32 pattern, which rises with the value, finds the bucket; only that one is sorted.
 */
export function batchCut(values: Float32Array, count: number): BatchCut {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const histogram = new Uint32Array(BUCKETS);
  let positive = 0;
  for (let t = 0; t < values.length; t++) {
    if (!(values[t]! > 0)) continue;
    histogram[bits[t]! >>> 16]!++;
    positive++;
  }
  if (positive <= count) return { above: 0, ties: 0 };
  let left = count;
  let bucket = BUCKETS - 1;
  while (histogram[bucket]! <= left) left -= histogram[bucket--]!;
  // The cut lies in this bucket: `left` of its values are in.
  const inside = new Float32Array(histogram[bucket]!);
  let filled = 0;
  for (let t = 0; t < values.length; t++) {
    if (values[t]! > 0 && bits[t]! >>> 16 === bucket) inside[filled++] = values[t]!;
  }
  inside.sort();
  if (left === 0) return { above: inside.at(-1)!, ties: 0 };
  const above = inside[filled - left]!;
  let over = 0;
  for (let t = filled - left; t < filled; t++) if (inside[t]! > above) over++;
  return { above, ties: left - over };
}
