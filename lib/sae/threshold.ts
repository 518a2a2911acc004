import type { Encoder } from "@/lib/sae/encode";
import type { RowSource } from "@/lib/sae/evaluate";
import type { Sae } from "@/lib/sae/sae";

/** Outcome of a calibration: with `p > theta` the rows have `l0` active latents on average. */
export interface Calibration {
  theta: number;
  l0: number;
  rows: number;
}

/** Positive float32 patterns are ordered like their values, so their upper 12 bits are 4,096 logarithmic bins. */
const BIN_SHIFT = 19;
const bits = new Uint32Array(1);
const floats = new Float32Array(bits.buffer);

function binOf(value: number): number {
  floats[0] = value;
  return bits[0]! >>> BIN_SHIFT;
}

/**
 * Finds theta with mean #{p > theta} = k over held-out rows, so that a TopK SAE can also be served per token. A
 * histogram finds the bin that holds the wanted rank, a second pass picks the value inside it. If fewer than k latents
 * per row are positive on average theta is 0. Reads at most `maxRows` rows, twice.
 */
export async function calibrateThreshold(
  sae: Sae,
  rows: RowSource,
  encoder: Encoder,
  { maxRows = 131_072 }: { maxRows?: number } = {},
): Promise<Calibration> {
  // Looking at the 4k largest of a row is enough unless some row has more above theta; then look further.
  for (let width = Math.min(sae.n, 4 * sae.k); ; width = Math.min(sae.n, 2 * width)) {
    const found = await calibrateWithin(sae, rows, encoder, width, maxRows);
    if (!found.truncated || width === sae.n) return found;
  }
}

async function calibrateWithin(sae: Sae, source: RowSource, encoder: Encoder, width: number, maxRows: number) {
  const counts = new Float64Array(4096);
  let rows = 0;
  let positive = 0;
  const each = (visit: (values: Float32Array) => void) => eachBatch(sae, source, encoder, width, maxRows, visit);
  await each((values) => {
    rows += values.length / width;
    for (const value of values) {
      if (value <= 0) continue;
      positive++;
      counts[binOf(value)]!++;
    }
  });
  const wanted = Math.min(sae.k, sae.n) * rows;
  if (positive <= wanted) return { theta: 0, l0: rows > 0 ? positive / rows : 0, rows, truncated: false };

  let above = 0;
  let bin = counts.length - 1;
  while (above + counts[bin]! <= wanted) above += counts[bin--]!;
  const inside = new Float32Array(counts[bin]!);
  let filled = 0;
  let largestLast = 0;
  await each((values) => {
    for (let t = 0; t < values.length; t++) {
      const value = values[t]!;
      if (value > 0 && binOf(value) === bin) inside[filled++] = value;
      if (t % width === width - 1) largestLast = Math.max(largestLast, value);
    }
  });
  inside.sort().reverse();
  const theta = inside[wanted - above]!;
  let over = above;
  for (const value of inside) if (value > theta) over++;
  return { theta, l0: over / rows, rows, truncated: largestLast > theta };
}

async function eachBatch(
  sae: Sae,
  source: RowSource,
  encoder: Encoder,
  width: number,
  maxRows: number,
  visit: (values: Float32Array) => void,
): Promise<void> {
  let seen = 0;
  for await (const { acts } of source()) {
    visit((await encoder.encode(acts, { ...sae, activation: "topk", k: width })).value);
    seen += acts.rows;
    if (seen >= maxRows) return;
  }
}
