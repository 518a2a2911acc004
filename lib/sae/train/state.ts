import { prefixEnds, type ResolvedTrainConfig, type SaeArchitecture } from "@/lib/sae/config";
import type { Arena } from "@/lib/sae/train/arena";

/** Everything an optimiser step changes, in shared memory so that worker threads update it in place. */
export interface TrainState {
  d: number;
  n: number;
  W: Float32Array; // [n, d]
  D: Float32Array; // [n, d]
  beta: Float32Array; // [n]
  c: Float32Array; // [d]
  thresholds: Float32Array; // [n] of JumpReLU, else empty
  // First and second Adam moments of each parameter.
  mW: Float32Array;
  vW: Float32Array;
  mD: Float32Array;
  vD: Float32Array;
  mBeta: Float32Array;
  vBeta: Float32Array;
  mC: Float32Array;
  vC: Float32Array;
  mThresholds: Float32Array;
  vThresholds: Float32Array;
  age: Float64Array; // [n] rows since the latent last fired
  theta: Float64Array; // [1] running threshold of BatchTopK, -1 while unset
}

/**
 * Per-step working memory, shared with the workers. Sized for `batchSize` rows; fewer rows use the front. A pair is an
 * active (row, latent); where the architecture gives no bound on their number the arrays of pairs grow on demand.
 */
export interface Scratch {
  xbar: Float32Array; // [rows, d] normalised input minus c
  ybar: Float32Array; // [rows, d] target minus c; xbar itself unless a transcoder is trained
  e: Float32Array; // [rows, d] error of the main reconstruction
  /** [levels, rows, d] sum of the weighted errors that a pair of that level answers for; e itself with one level. */
  levelError: Float32Array;
  rowStart: Int32Array; // [rows + 1] first pair of each row
  index: Int32Array; // [pairs] selected latents
  z: Float32Array; // [pairs] activations, 0 where the latent is selected but silent
  level: Uint8Array; // [pairs] first reconstruction that the pair is part of; rises within a row
  near: Uint8Array; // [pairs] 1 where p lies within the kernel around a JumpReLU threshold; else empty
  pairQ: Float32Array; // [pairs] d_i . g_b, between the passes of a kernel
  weights: Float64Array; // [levels] of the losses, where the SIMD kernels read them
  blockSums: Float64Array; // [row blocks, 2] what they give for blockLoss and blockSquares
  blockLoss: Float64Array; // [row blocks] weighted sum |e|^2 over the reconstructions
  blockSquares: Float64Array; // [row blocks] sum |e|^2 of the main one
  blockE: Float64Array; // [row blocks, d] sum e of the main one
  blockG: Float64Array; // [row blocks, d] sum of level 0 of levelError
  start: Int32Array; // [n + 1] first pair of each latent
  pairRow: Int32Array; // [pairs] row of each pair, grouped by latent, rows ascending
  pairError: Int32Array; // [pairs] its row in levelError
  pairZ: Float32Array; // [pairs] its activation
  pairNear: Uint8Array; // [pairs]
  gW: Float32Array; // [n, d] gradients
  gD: Float32Array; // [n, d]
  gBeta: Float64Array; // [n] sums q, also used for c
  gThresholds: Float64Array; // [n] or empty
  latentNorm: Float64Array; // [n] squared gradient norm of a latent's own parameters
  blockQW: Float64Array; // [latent blocks, d] sum q_i w_i
  blockL1: Float64Array; // [latent blocks] sum z |d| over its latents
  auxSlot: Int32Array; // [n] row in the AuxK gradients, -1 when the latent has none
  auxW: Float32Array; // [dead, d] AuxK gradients, unscaled; grown on demand
  auxD: Float32Array;
  auxBeta: Float64Array; // [dead]
  cursor: Int32Array; // [1] next block to take
}

/** Rows or latents per block. Sums are taken per block and added in block order: the worker count cannot change them. */
export const BLOCK = 64;

export const blocksOf = (count: number): number => Math.ceil(count / BLOCK);

/** The reconstructions whose errors make up the loss: their weights, and which is the SAE's own. */
export interface Levels {
  weights: readonly number[];
  main: number;
}

/** One reconstruction; with Multi-TopK a second one of 4 k latents; one per prefix of a Matryoshka SAE. */
export function levelsOf(sae: SaeArchitecture): Levels {
  if (sae.kind === "topk" && sae.multiTopk) return { weights: [1, 1 / 8], main: 0 };
  if (sae.kind !== "matryoshka") return { weights: [1], main: 0 };
  const count = prefixEnds(sae).length;
  return { weights: sae.weights ?? new Array<number>(count).fill(1 / count), main: count - 1 };
}

/** Bytes that a trainer's arrays need at first: eight of [n, d], and those of its rows. */
export function bytesOf({ sae, batchSize }: ResolvedTrainConfig, d: number): number {
  const perRow = (3 + levelsOf(sae).weights.length) * d + 8 * placesOf(sae);
  return 4 * (8 * sae.n * d + batchSize * perRow);
}

export function createState(d: number, sae: SaeArchitecture, { f32, f64 }: Arena): TrainState {
  const { n } = sae;
  const own = sae.kind === "jumprelu" ? n : 0;
  return {
    d,
    n,
    W: f32(n * d),
    D: f32(n * d),
    beta: f32(n),
    c: f32(d),
    thresholds: f32(own).fill(sae.kind === "jumprelu" ? sae.theta0 : 0),
    mW: f32(n * d),
    vW: f32(n * d),
    mD: f32(n * d),
    vD: f32(n * d),
    mBeta: f32(n),
    vBeta: f32(n),
    mC: f32(d),
    vC: f32(d),
    mThresholds: f32(own),
    vThresholds: f32(own),
    age: f64(n),
    theta: f64(1).fill(-1),
  };
}

export function createScratch(
  { sae, batchSize: rows, transcoder }: ResolvedTrainConfig,
  d: number,
  arena: Arena,
): Scratch {
  const { n } = sae;
  const { f32, f64, i32 } = arena;
  const levels = levelsOf(sae).weights.length;
  const own = sae.kind === "jumprelu" ? n : 0;
  const xbar = f32(rows * d);
  const e = f32(rows * d);
  const blockE = f64(blocksOf(rows) * d);
  return {
    xbar,
    ybar: transcoder ? f32(rows * d) : xbar,
    e,
    levelError: levels === 1 ? e : f32(levels * rows * d),
    rowStart: i32(rows + 1),
    ...pairArrays(rows * placesOf(sae), own > 0, arena),
    weights: f64(levels),
    blockSums: f64(2 * blocksOf(rows)),
    blockLoss: f64(blocksOf(rows)),
    blockSquares: f64(blocksOf(rows)),
    blockE,
    blockG: levels === 1 ? blockE : f64(blocksOf(rows) * d),
    start: i32(n + 1),
    gW: f32(n * d),
    gD: f32(n * d),
    gBeta: f64(n),
    gThresholds: f64(own),
    latentNorm: f64(n),
    blockQW: f64(blocksOf(n) * d),
    blockL1: f64(blocksOf(n)),
    auxSlot: i32(n).fill(-1),
    auxW: f32(0),
    auxD: f32(0),
    auxBeta: f64(0),
    cursor: i32(1),
  };
}

/** Pairs per row that there is room for at first. */
function placesOf(sae: SaeArchitecture): number {
  if (sae.kind === "topk") return Math.min(sae.n, sae.multiTopk ? 4 * sae.k : sae.k);
  return sae.kind === "relu_l1" ? 0 : sae.k;
}

function pairArrays(pairs: number, near: boolean, { f32, i32, u8 }: Arena) {
  return {
    index: i32(pairs),
    z: f32(pairs),
    level: u8(pairs),
    near: u8(near ? pairs : 0),
    pairRow: i32(pairs),
    pairError: i32(pairs),
    pairZ: f32(pairs),
    pairQ: f32(pairs),
    pairNear: u8(near ? pairs : 0),
  };
}

/** Makes room for `pairs` pairs, keeping what is there; returns true when the arrays were replaced. */
export function growPairs(scratch: Scratch, pairs: number, arena: Arena): boolean {
  if (scratch.z.length >= pairs) return false;
  const grown = pairArrays(Math.ceil(pairs * 1.5), scratch.gThresholds.length > 0, arena);
  for (const name of ["index", "z", "level", "near"] as const) grown[name].set(scratch[name]);
  Object.assign(scratch, grown);
  return true;
}

/** Makes room for AuxK gradients of `dead` latents; returns true when the arrays were replaced. */
export function growAux(scratch: Scratch, dead: number, d: number, { f32, f64 }: Arena): boolean {
  if (scratch.auxBeta.length >= dead) return false;
  const room = Math.ceil(dead * 1.5);
  scratch.auxW = f32(room * d);
  scratch.auxD = f32(room * d);
  scratch.auxBeta = f64(room);
  return true;
}
