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

const FIRST_NEGATIVE = 0x80000000;

/**
 * Collects what may be among the `wanted` largest positive values of a matrix that comes in chunks of rows. The rank that is
 * wanted can only lie higher when more rows have come, so what lies below it so far is dropped: memory stays near `wanted`.
 * Values come by row, and by column within a row.
 */
export class LargestOfBatch {
  private readonly histogram = new Uint32Array(BUCKETS);
  private floor = 1; // bit pattern below which nothing can be among the largest
  count = 0;
  row: Int32Array;
  column: Int32Array;
  value: Float32Array;

  constructor(private readonly wanted: number) {
    const room = Math.max(16, 2 * wanted);
    this.row = new Int32Array(room);
    this.column = new Int32Array(room);
    this.value = new Float32Array(room);
  }

  /** Adds rows `from` and on of a matrix with `columns` columns. */
  add(values: Float32Array, from: number, columns: number): void {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const { histogram } = this;
    let { floor } = this;
    for (let t = 0; t < bits.length; t++) {
      const pattern = bits[t]!;
      if (pattern >= floor && pattern < FIRST_NEGATIVE) histogram[pattern >>> 16]!++;
    }
    this.raiseFloor();
    floor = this.floor;
    for (let t = 0, row = from; t < bits.length; row++) {
      for (const end = t + columns, first = t; t < end; t++) {
        const pattern = bits[t]!;
        if (pattern < floor || pattern >= FIRST_NEGATIVE) continue;
        if (this.count === this.value.length) this.makeRoom();
        this.row[this.count] = row;
        this.column[this.count] = t - first;
        this.value[this.count++] = values[t]!;
      }
    }
  }

  private raiseFloor(): void {
    let above = 0;
    for (let bucket = BUCKETS - 1; bucket >= this.floor >>> 16; bucket--) {
      above += this.histogram[bucket]!;
      if (above < this.wanted) continue;
      this.floor = Math.max(this.floor, bucket << 16);
      return;
    }
  }

  /** Drops what fell below the floor; grows when that is not enough. */
  private makeRoom(): void {
    const bits = new Uint32Array(this.value.buffer);
    let kept = 0;
    for (let t = 0; t < this.count; t++) {
      if (bits[t]! < this.floor) continue;
      this.row[kept] = this.row[t]!;
      this.column[kept] = this.column[t]!;
      this.value[kept++] = this.value[t]!;
    }
    this.count = kept;
    if (kept < 0.75 * this.value.length) return;
    const grown = { row: this.row, column: this.column, value: this.value };
    this.row = new Int32Array(2 * grown.row.length);
    this.column = new Int32Array(2 * grown.row.length);
    this.value = new Float32Array(2 * grown.row.length);
    this.row.set(grown.row);
    this.column.set(grown.column);
    this.value.set(grown.value);
  }
}
