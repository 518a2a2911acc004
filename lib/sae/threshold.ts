import type { Encoder } from "@/lib/sae/encode";
import type { RowSource } from "@/lib/sae/evaluate";
import type { Codes, Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";

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
  const { n } = sae;
  const width = Math.min(n, 4 * sae.k);
  const largest = (acts: Matrix) => encoder.encode(acts, { ...sae, activation: "topk", k: width });
  const found = await calibrateWithin(sae, rows, largest, maxRows);
  if (!found.truncated || width === n) return found;
  // Some row has more above theta than was looked at, so theta lies higher, if at all: all that is above this one decides.
  const lower = { ...sae, activation: "jumprelu", thresholds: undefined, theta: found.theta * (1 - 1e-6) } as const;
  return calibrateWithin(sae, rows, (acts) => encoder.encode(acts, lower), maxRows);
}

async function calibrateWithin(sae: Sae, source: RowSource, encode: (acts: Matrix) => Promise<Codes>, maxRows: number) {
  const counts = new Float64Array(4096);
  let rows = 0;
  let positive = 0;
  const each = (visit: (codes: Codes) => void) => eachBatch(source, encode, maxRows, visit);
  await each((codes) => {
    rows += codes.rows;
    for (const value of codes.value) {
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
  await each(({ k, value: values }) => {
    for (let t = 0; t < values.length; t++) {
      const value = values[t]!;
      if (value > 0 && binOf(value) === bin) inside[filled++] = value;
      if (t % k === k - 1) largestLast = Math.max(largestLast, value);
    }
  });
  inside.sort().reverse();
  const theta = inside[wanted - above]!;
  let over = above;
  for (const value of inside) if (value > theta) over++;
  return { theta, l0: over / rows, rows, truncated: largestLast > theta };
}

async function eachBatch(
  source: RowSource,
  encode: (acts: Matrix) => Promise<Codes>,
  maxRows: number,
  visit: (codes: Codes) => void,
): Promise<void> {
  let seen = 0;
  for await (const { acts } of source()) {
    visit(await encode(acts));
    seen += acts.rows;
    if (seen >= maxRows) return;
  }
}
