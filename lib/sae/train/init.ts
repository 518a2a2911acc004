import { createRng } from "@/lib/core/rng";
import type { ResolvedTrainConfig } from "@/lib/sae/config";
import type { Sae } from "@/lib/sae/sae";
import type { TrainState } from "@/lib/sae/train/state";
import { concatRows, type Matrix, matrix, rowRange } from "@/lib/tensor/matrix";
import { meanRow, sumSquares } from "@/lib/tensor/stats";

/** Rows of a batch; `target` [rows, d] is what a transcoder is to give for them. */
export interface TrainBatch extends Matrix {
  target?: Matrix;
}

/** Factory of training batches, raw units: starts at optimiser step `fromStep`, so that a resumed run sees the same rows. */
export type BatchSource = (fromStep: number) => AsyncIterable<TrainBatch>;

/** What is measured on the first rows before training starts. */
export interface InputStatistics {
  scale: number; // s = sqrt(mean |h|^2): training sees x = h / s
  targetScale: number; // the same of what is reconstructed: s unless a transcoder is trained
  center: Float32Array; // [d] geometric median of the first normalised rows of what is reconstructed
}

/**
 * Global scalar scale and geometric median over the first rows of a fresh pass. One scalar for all rows, never per-row
 * normalisation: only so does a decoder row stay a fixed direction of the residual stream.
 */
export async function measureInput(source: BatchSource, config: ResolvedTrainConfig): Promise<InputStatistics> {
  const kept: Matrix[] = [];
  let rows = 0;
  let squares = 0;
  let targetSquares = 0;
  let nKept = 0;
  for await (const batch of source(0)) {
    const target = batch.target ?? batch;
    squares += sumSquares(batch.data.subarray(0, batch.rows * batch.cols));
    targetSquares += sumSquares(target.data.subarray(0, target.rows * target.cols));
    rows += batch.rows;
    if (nKept < config.initRows) {
      const part = rowRange(target, 0, Math.min(batch.rows, config.initRows - nKept));
      kept.push({ ...part, data: part.data.slice() }); // sources may reuse their buffer
      nKept += part.rows;
    }
    if (rows >= Math.max(config.scaleRows, config.initRows)) break;
  }
  if (rows === 0) throw new RangeError("training needs at least one batch of rows");
  const scaleOf = (sum: number) => (config.normalise && sum > 0 ? Math.sqrt(sum / rows) : 1);
  const scale = scaleOf(squares);
  const targetScale = config.transcoder ? scaleOf(targetSquares) : scale;
  const sample = concatRows(kept);
  for (let t = 0; t < sample.data.length; t++) sample.data[t]! /= targetScale;
  const center = geometricMedian(sample, { floor: config.compat === "none" });
  return { scale, targetScale, center: Float32Array.from(center) };
}

/**
 * Geometric median by Weiszfeld iteration: at most 100 rounds, stop below 1e-5. The floor on distances keeps it finite
 * when the iterate meets a row; only replays of dictionary_learning go without.
 */
export function geometricMedian(rows: Matrix, { floor = true } = {}): Float64Array {
  const { cols } = rows;
  let center = meanRow(rows);
  for (let round = 0; round < 100; round++) {
    const next = new Float64Array(cols);
    let total = 0;
    for (let b = 0; b < rows.rows; b++) {
      let squares = 0;
      for (let j = 0; j < cols; j++) squares += (rows.data[b * cols + j]! - center[j]!) ** 2;
      const weight = 1 / (floor ? Math.max(Math.sqrt(squares), 1e-8) : Math.sqrt(squares));
      total += weight;
      for (let j = 0; j < cols; j++) next[j]! += weight * rows.data[b * cols + j]!;
    }
    let moved = 0;
    for (let j = 0; j < cols; j++) {
      next[j]! /= total;
      moved += (next[j]! - center[j]!) ** 2;
    }
    center = next;
    if (Math.sqrt(moved) < 1e-5) break;
  }
  return center;
}

/** Decoder rows are random unit vectors, the encoder starts as their copy (tied), beta 0, c = the center. */
export function initialise(state: TrainState, center: Float32Array, seed: number): void {
  const { d, n, W, D } = state;
  const directions = randomDirections(n, d, seed);
  D.set(directions.data);
  W.set(directions.data);
  state.c.set(center);
}

/**
 * Starts from an SAE in raw units. Decoder rows come to unit norm (their norms go into the encoder), as training keeps them.
 * @throws RangeError when the shapes differ.
 */
export function startFrom(state: TrainState, sae: Sae, { scale, targetScale }: InputStatistics): void {
  const { d, n } = state;
  if (sae.d !== d || sae.n !== n)
    throw new RangeError(`the SAE to start from is [${sae.n},${sae.d}], but [${n},${d}] is to be trained`);
  for (let i = 0; i < n; i++) {
    const row = sae.D.subarray(i * d, (i + 1) * d);
    const norm = Math.sqrt(sumSquares(row)) || 1;
    state.beta[i] = (sae.beta[i]! * norm) / targetScale;
    for (let j = 0; j < d; j++) {
      state.D[i * d + j] = row[j]! / norm;
      state.W[i * d + j] = (sae.W[i * d + j]! * norm * scale) / targetScale;
    }
  }
  for (let j = 0; j < d; j++) state.c[j] = sae.c[j]! / targetScale;
  state.thresholds.forEach((_, i) => {
    state.thresholds[i] = (sae.thresholds?.[i] ?? Math.max(0, sae.theta)) / targetScale;
  });
}

function randomDirections(n: number, d: number, seed: number): Matrix {
  const out = matrix(n, d);
  const rng = createRng(seed, "sae-init");
  for (let i = 0; i < n; i++) {
    let squares = 0;
    for (let j = i * d; j < (i + 1) * d; j++) {
      out.data[j] = rng.normal();
      squares += out.data[j]! ** 2;
    }
    const norm = Math.sqrt(squares);
    for (let j = i * d; j < (i + 1) * d; j++) out.data[j]! /= norm;
  }
  return out;
}
