import { BLOCK, type Scratch, type TrainState } from "@/lib/sae/train/state";

/**
 * The three parallel parts of a training step, in plain loops with float64 sums: for states that one WebAssembly memory cannot
 * hold, and what those of simd/ are compared with. Each kernel handles one block of rows or latents and writes only to that
 * block's slots, so blocks may run on any thread in any order with bit-identical results.
 */
export interface StepParams {
  rows: number;
  weights: readonly number[]; // of the reconstructions, with sum 1 or more
  main: number; // which of them is the SAE's own
  gradScale: number; // -2 / (rows V): g_b = gradScale e_b
  auxScale: number; // 2 alpha / Den, applied to the unscaled AuxK gradients
  l1: number; // lambda / rows of ReLU-L1, 0 otherwise
  unitNorm: boolean; // decoder rows are kept at norm 1
  bandwidth: number; // eps of JumpReLU's kernel, 0 otherwise
  l0Slope: number; // dL/d(pairs above their threshold) of JumpReLU's penalty
  clip: number; // factor of the global gradient clip
  lr: number;
  beta1: number;
  correction1: number; // 1 - beta1^t
  correction2: number; // 1 - beta2^t
}

type Kernel = (block: number, state: TrainState, scratch: Scratch, params: StepParams) => void;
export type KernelName = "decodeBlock" | "gradientBlock" | "adamBlock";
export type Kernels = Record<KernelName, Kernel>;

export const ADAM = { beta2: 0.999, eps: 1e-8 } as const;

/**
 * Errors of a block's rows. Starts from ybar (c cancels: y - yhat = ybar - z D) and takes the pairs off level by level; after
 * level m it holds e^(m), the error of the m-th reconstruction. A pair of level q is part of all from the q-th on, so its
 * gradient needs the sum of w_m e^(m) over m >= q: suffix sums, left in levelError.
 */
export function decodeBlock(block: number, state: TrainState, scratch: Scratch, params: StepParams): void {
  const { d, D } = state;
  const { ybar, e, levelError, rowStart, index, z, level } = scratch;
  const { rows, weights, main } = params;
  const stride = e.length; // of a level in levelError
  const several = weights.length > 1;
  const sum = new Float64Array(d);
  const first = several ? new Float64Array(d) : sum;
  const error = new Float64Array(d);
  let [loss, squares] = [0, 0];
  for (let b = block * BLOCK; b < Math.min(rows, (block + 1) * BLOCK); b++) {
    const row = b * d;
    for (let j = 0; j < d; j++) error[j] = ybar[row + j]!;
    let t = rowStart[b]!;
    const end = rowStart[b + 1]!;
    for (let m = 0; m < weights.length; m++) {
      for (; t < end && level[t]! <= m; t++) {
        const value = z[t]!;
        if (value <= 0) continue;
        const at = index[t]! * d;
        for (let j = 0; j < d; j++) error[j]! -= value * D[at + j]!;
      }
      let rowSquares = 0;
      for (let j = 0; j < d; j++) rowSquares += error[j]! * error[j]!;
      loss += weights[m]! * rowSquares;
      if (m === main) {
        squares += rowSquares;
        for (let j = 0; j < d; j++) {
          e[row + j] = error[j]!;
          sum[j]! += error[j]!;
        }
      }
      if (several) for (let j = 0; j < d; j++) levelError[m * stride + row + j] = weights[m]! * error[j]!;
    }
    if (!several) continue;
    for (let m = weights.length - 2; m >= 0; m--) {
      const at = m * stride + row;
      for (let j = 0; j < d; j++) levelError[at + j]! += levelError[at + stride + j]!;
    }
    for (let j = 0; j < d; j++) first[j]! += levelError[row + j]!;
  }
  scratch.blockLoss[block] = loss;
  scratch.blockSquares[block] = squares;
  scratch.blockE.set(sum, block * d);
  if (several) scratch.blockG.set(first, block * d);
}

/**
 * Gradients of the latents of a block, closed form of the sparse backward: dL/dd_i = sum_b z_bi g_b, dL/dw_i =
 * sum_b q_bi xbar_b, dL/dbeta_i = sum_b q_bi with q_bi = d_i . g_b where latent i is active; plus the AuxK parts.
 * Then the component of dL/dd_i along d_i is removed, where only the direction of d_i is free.
 */
export function gradientBlock(block: number, state: TrainState, scratch: Scratch, params: StepParams): void {
  const { d, n, W } = state;
  const { gBeta, latentNorm, blockQW, gThresholds } = scratch;
  const dw = new Float64Array(d);
  const dd = new Float64Array(d);
  const qw = new Float64Array(d);
  let l1 = 0;
  for (let i = block * BLOCK; i < Math.min(n, (block + 1) * BLOCK); i++) {
    dw.fill(0);
    dd.fill(0);
    const norm = params.l1 > 0 ? rowNorm(state.D, i * d, d) : 0;
    const sums = sumPairs(i, norm * params.l1, state, scratch, params, dw, dd);
    const q = sums.q + addAux(i, state, scratch, params, dw, dd);
    gBeta[i] = q;
    if (norm > 0) {
      l1 += sums.z * norm;
      for (let j = 0; j < d; j++) dd[j]! += ((params.l1 * sums.z) / norm) * state.D[i * d + j]!;
    }
    latentNorm[i] = storeGradient(i, state, scratch, params, dw, dd) + q * q;
    if (gThresholds.length > 0) {
      const { bandwidth, l0Slope } = params;
      gThresholds[i] = -(state.thresholds[i]! * sums.near + l0Slope * sums.nearCount) / bandwidth;
      latentNorm[i]! += gThresholds[i]! ** 2;
    }
    if (q !== 0) for (let j = 0; j < d; j++) qw[j]! += q * W[i * d + j]!;
  }
  blockQW.set(qw, block * d);
  scratch.blockL1[block] = l1;
}

/** Sums over the pairs of a latent. */
interface PairSums {
  q: number;
  z: number;
  near: number; // d_i . g_b over the pairs within the kernel around the threshold
  nearCount: number;
}

/** Adds the reconstruction loss's gradients of latent i to dw and dd. `push` is what a penalty adds to each q. */
function sumPairs(
  i: number,
  push: number,
  { d, D }: TrainState,
  scratch: Scratch,
  { gradScale }: StepParams,
  dw: Float64Array,
  dd: Float64Array,
): PairSums {
  const { start, pairRow, pairError, pairZ, pairNear, levelError, xbar } = scratch;
  const at = i * d;
  const sums = { q: 0, z: 0, near: 0, nearCount: 0 };
  for (let t = start[i]!; t < start[i + 1]!; t++) {
    const row = pairRow[t]! * d;
    const from = pairError[t]! * d;
    const along = dotRows(D, at, levelError, from, d) * gradScale;
    const z = pairZ[t]!;
    if (pairNear.length > 0 && pairNear[t]! > 0) {
      sums.near += along;
      sums.nearCount++;
    }
    if (z <= 0) continue; // within the kernel, but below its threshold
    const q = along + push;
    const weight = z * gradScale;
    sums.q += q;
    sums.z += z;
    for (let j = 0; j < d; j++) {
      dw[j]! += q * xbar[row + j]!;
      dd[j]! += weight * levelError[from + j]!;
    }
  }
  return sums;
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

function rowNorm(values: Float32Array, from: number, length: number): number {
  let squares = 0;
  for (let j = from; j < from + length; j++) squares += values[j]! * values[j]!;
  return Math.sqrt(squares);
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

/** Projects dd against d_i where its norm is fixed, stores both gradients and returns their squared norm. */
function storeGradient(
  i: number,
  { d, D }: TrainState,
  { gW, gD }: Scratch,
  { unitNorm }: StepParams,
  dw: Float64Array,
  dd: Float64Array,
): number {
  const at = i * d;
  let along = 0;
  if (unitNorm) {
    let [inner, norm] = [0, 0];
    for (let j = 0; j < d; j++) {
      inner += dd[j]! * D[at + j]!;
      norm += D[at + j]! * D[at + j]!;
    }
    along = inner / (Math.sqrt(norm) + 1e-6) ** 2;
  }
  let squares = 0;
  for (let j = 0; j < d; j++) {
    const free = dd[j]! - along * D[at + j]!;
    squares += free * free + dw[j]! * dw[j]!;
    gD[at + j] = free;
    gW[at + j] = dw[j]!;
  }
  return squares;
}

/** Clipped Adam step for the latents of a block; then d_i is set back to unit norm (Adam rescales coordinates). */
export function adamBlock(block: number, state: TrainState, scratch: Scratch, params: StepParams): void {
  const { d, n, D, thresholds } = state;
  const from = block * BLOCK;
  const to = Math.min(n, from + BLOCK);
  adam(state.W, state.mW, state.vW, scratch.gW, from * d, to * d, params);
  adam(D, state.mD, state.vD, scratch.gD, from * d, to * d, params);
  adam(state.beta, state.mBeta, state.vBeta, scratch.gBeta, from, to, params);
  if (thresholds.length > 0) {
    adam(thresholds, state.mThresholds, state.vThresholds, scratch.gThresholds, from, to, params);
    for (let i = from; i < to; i++) thresholds[i] = Math.max(0, thresholds[i]!);
  }
  if (!params.unitNorm) return;
  for (let i = from; i < to; i++) {
    const scale = 1 / (rowNorm(D, i * d, d) + Number.EPSILON);
    for (let j = i * d; j < (i + 1) * d; j++) D[j]! *= scale;
  }
}

export const PLAIN_KERNELS: Kernels = { decodeBlock, gradientBlock, adamBlock };

/** Adam with bias correction on elements `from` to `to`. */
export function adam(
  values: Float32Array,
  m: Float32Array,
  v: Float32Array,
  gradient: Float32Array | Float64Array,
  from: number,
  to: number,
  { clip, lr, beta1, correction1, correction2 }: StepParams,
): void {
  const { beta2, eps } = ADAM;
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
