import type { RowBlock } from "@/lib/activations/store";
import { mixBits } from "@/lib/exemplars/pool";
import { ROW_KIND } from "@/lib/formats/row-kinds";
import { type Matrix, matrix, row } from "@/lib/tensor/matrix";

/** Numbers kept per image. */
const WIDTH = 64;

/**
 * An embedding of each image that owes nothing to the SAE: the mean hidden state over its cells at the site, projected on
 * random signs (Achlioptas, 2003) when it is wider than 64, without what all images have in common, of unit length.
 */
export class ImageMeans {
  readonly means: Matrix; // [nSamples, WIDTH or d] sums, until `unit`
  private readonly signs: Int8Array | null; // [d, WIDTH]

  constructor(
    nSamples: number,
    readonly d: number,
  ) {
    this.means = matrix(nSamples, Math.min(d, WIDTH));
    this.signs = d <= WIDTH ? null : Int8Array.from({ length: d * WIDTH }, (_, i) => (mixBits(i, 0x516) & 1 ? 1 : -1));
  }

  /**
   * Adds the rows of a block.
   * @param sampleOf dense index of an example in the corpus, undefined for one that left it
   */
  add(block: RowBlock, sampleOf: (example: number) => number | undefined): void {
    const sum = new Float64Array(this.d);
    for (let from = 0; from < block.acts.rows; ) {
      let to = from;
      let cells = 0;
      sum.fill(0);
      for (; to < block.acts.rows && block.example[to] === block.example[from]; to++) {
        if (block.kind[to] !== ROW_KIND.base || block.flags[to] !== 0) continue;
        cells++;
        const values = row(block.acts, to);
        for (let c = 0; c < this.d; c++) sum[c]! += values[c] as number;
      }
      const sample = sampleOf(block.example[from] as number);
      if (sample !== undefined && cells > 0) this.put(sample, sum, cells);
      from = to;
    }
  }

  private put(sample: number, sum: Float64Array, cells: number): void {
    const out = row(this.means, sample);
    if (!this.signs) {
      for (let c = 0; c < this.d; c++) out[c] = (sum[c] as number) / cells;
      return;
    }
    for (let c = 0; c < this.d; c++) {
      const value = (sum[c] as number) / cells;
      for (let w = 0; w < WIDTH; w++) out[w]! += value * (this.signs[c * WIDTH + w] as number);
    }
  }
}

/** Rows of the images less their common mean, of unit length; rows of samples without an image stay zero. Changes `means`. */
export function unitRows(means: Matrix): Matrix {
  const common = new Float64Array(means.cols);
  const images: number[] = [];
  for (let s = 0; s < means.rows; s++) {
    const own = row(means, s);
    if (!own.some((v) => v !== 0)) continue;
    images.push(s);
    for (let c = 0; c < means.cols; c++) common[c]! += own[c] as number;
  }
  for (const s of images) {
    const own = row(means, s);
    let squares = 0;
    for (let c = 0; c < means.cols; c++) {
      own[c]! -= (common[c] as number) / images.length;
      squares += (own[c] as number) ** 2;
    }
    const length = Math.sqrt(squares);
    for (let c = 0; length > 0 && c < means.cols; c++) own[c]! /= length;
  }
  return means;
}
