import { BLOCK, type Scratch, type TrainState } from "@/lib/sae/train/state";

/**
 * The three parallel parts of a training step. Each kernel handles one block of rows or latents and writes only to that
 * block's slots, so blocks may run on any thread in any order with bit-identical results.
 */
export interface StepParams {
  rows: number;
  k: number;
  gradScale: number; // -2 / (rows V): g_b = gradScale e_b
  auxScale: number; // 2 alpha / Den, applied to the unscaled AuxK gradients
  clip: number; // factor of the global gradient clip
  lr: number;
  correction1: number; // 1 - beta1^t
  correction2: number; // 1 - beta2^t
}

export const ADAM = { beta1: 0.9, beta2: 0.999, eps: 1e-8 } as const;

/** Error e_b = xbar_b - sum_i z_bi d_i (c cancels: x - xhat = xbar - z D) for the rows of a block, with its sums. */
export function decodeBlock(block: number, state: TrainState, scratch: Scratch, { rows, k }: StepParams): void {
  const { d, D } = state;
  const { xbar, e, index, z, blockE } = scratch;
  const sum = new Float64Array(d);
  const error = new Float64Array(d);
  let loss = 0;
  for (let b = block * BLOCK; b < Math.min(rows, (block + 1) * BLOCK); b++) {
    const row = b * d;
    for (let j = 0; j < d; j++) error[j] = xbar[row + j]!;
    for (let t = b * k; t < (b + 1) * k; t++) {
      const value = z[t]!;
      if (value <= 0) continue;
      const at = index[t]! * d;
      for (let j = 0; j < d; j++) error[j]! -= value * D[at + j]!;
    }
    for (let j = 0; j < d; j++) {
      const value = error[j]!;
      e[row + j] = value;
      sum[j]! += value;
      loss += value * value;
    }
  }
  scratch.blockLoss[block] = loss;
  blockE.set(sum, block * d);
}

/**
 * Gradients of the latents of a block, closed form of the sparse backward: dL/dd_i = sum_b z_bi g_b, dL/dw_i =
 * sum_b q_bi xbar_b, dL/dbeta_i = sum_b q_bi with q_bi = d_i . g_b where latent i is active; plus the AuxK parts.
 * Then the component of dL/dd_i along d_i is removed, since only the direction of d_i is free.
 */
export function gradientBlock(block: number, state: TrainState, scratch: Scratch, params: StepParams): void {
  const { d, n, W } = state;
  const { gBeta, latentNorm, blockQW } = scratch;
  const dw = new Float64Array(d);
  const dd = new Float64Array(d);
  const qw = new Float64Array(d);
  for (let i = block * BLOCK; i < Math.min(n, (block + 1) * BLOCK); i++) {
    dw.fill(0);
    dd.fill(0);
    let q = sumPairs(i, state, scratch, params, dw, dd);
    q += addAux(i, state, scratch, params, dw, dd);
    gBeta[i] = q;
    latentNorm[i] = storeGradient(i, state, scratch, dw, dd) + q * q;
    if (q !== 0) for (let j = 0; j < d; j++) qw[j]! += q * W[i * d + j]!;
  }
  blockQW.set(qw, block * d);
}

/** Adds the reconstruction loss's gradients of latent i to dw and dd; returns its sum of q. */
function sumPairs(
  i: number,
  state: TrainState,
  scratch: Scratch,
  { gradScale }: StepParams,
  dw: Float64Array,
  dd: Float64Array,
): number {
  const { d, D } = state;
  const { start, pairRow, pairZ, e, xbar } = scratch;
  const at = i * d;
  let total = 0;
  for (let t = start[i]!; t < start[i + 1]!; t++) {
    const row = pairRow[t]! * d;
    const q = dotRows(D, at, e, row, d) * gradScale;
    const weight = pairZ[t]! * gradScale;
    total += q;
    for (let j = 0; j < d; j++) {
      dw[j]! += q * xbar[row + j]!;
      dd[j]! += weight * e[row + j]!;
    }
  }
  return total;
}

/** Dot product of two rows; four accumulators, since one would wait for every addition before the next. */
function dotRows(a: Float32Array, fromA: number, b: Float32Array, fromB: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let j = 0;
  for (; j + 3 < length; j += 4) {
    s0 += a[fromA + j]! * b[fromB + j]!;
    s1 += a[fromA + j + 1]! * b[fromB + j + 1]!;
    s2 += a[fromA + j + 2]! * b[fromB + j + 2]!;
    s3 += a[fromA + j + 3]! * b[fromB + j + 3]!;
  }
  for (; j < length; j++) s0 += a[fromA + j]! * b[fromB + j]!;
  return s0 + s1 + (s2 + s3);
}

function addAux(
  i: number,
  { d }: TrainState,
  { auxSlot, auxW, auxD, auxBeta }: Scratch,
  { auxScale }: StepParams,
  dw: Float64Array,
  dd: Float64Array,
): number {
  const slot = auxSlot[i]!;
  if (slot < 0) return 0;
  for (let j = 0; j < d; j++) {
    dw[j]! += auxScale * auxW[slot * d + j]!;
    dd[j]! += auxScale * auxD[slot * d + j]!;
  }
  return auxScale * auxBeta[slot]!;
}

/** Projects dd against d_i, stores both gradients and returns their squared norm. */
function storeGradient(i: number, state: TrainState, scratch: Scratch, dw: Float64Array, dd: Float64Array): number {
  const { d, D } = state;
  const { gW, gD } = scratch;
  const at = i * d;
  let inner = 0;
  let norm = 0;
  for (let j = 0; j < d; j++) {
    inner += dd[j]! * D[at + j]!;
    norm += D[at + j]! * D[at + j]!;
  }
  const along = inner / (Math.sqrt(norm) + 1e-6) ** 2;
  let squares = 0;
  for (let j = 0; j < d; j++) {
    const free = dd[j]! - along * D[at + j]!;
    squares += free * free + dw[j]! * dw[j]!;
    gD[at + j] = free;
    gW[at + j] = dw[j]!;
  }
  return squares;
}

/** Clipped Adam step for the latents of a block, then d_i is set back to unit norm (Adam rescales coordinates). */
export function adamBlock(block: number, state: TrainState, scratch: Scratch, params: StepParams): void {
  const { d, n, D } = state;
  const from = block * BLOCK;
  const to = Math.min(n, from + BLOCK);
  adam(state.W, state.mW, state.vW, scratch.gW, from * d, to * d, params);
  adam(D, state.mD, state.vD, scratch.gD, from * d, to * d, params);
  adam(state.beta, state.mBeta, state.vBeta, scratch.gBeta, from, to, params);
  for (let i = from; i < to; i++) {
    let norm = 0;
    for (let j = i * d; j < (i + 1) * d; j++) norm += D[j]! * D[j]!;
    const scale = 1 / (Math.sqrt(norm) + Number.EPSILON);
    for (let j = i * d; j < (i + 1) * d; j++) D[j]! *= scale;
  }
}

/** Adam with bias correction on elements `from` to `to`. */
export function adam(
  values: Float32Array,
  m: Float32Array,
  v: Float32Array,
  gradient: Float32Array | Float64Array,
  from: number,
  to: number,
  { clip, lr, correction1, correction2 }: Pick<StepParams, "clip" | "lr" | "correction1" | "correction2">,
): void {
  const { beta1, beta2, eps } = ADAM;
  const step = lr / correction1;
  const root = 1 / Math.sqrt(correction2);
  for (let j = from; j < to; j++) {
    const g = gradient[j]! * clip;
    const first = beta1 * m[j]! + (1 - beta1) * g;
    const second = beta2 * v[j]! + (1 - beta2) * g * g;
    m[j] = first;
    v[j] = second;
    values[j]! -= (step * first) / (Math.sqrt(second) * root + eps);
  }
}
