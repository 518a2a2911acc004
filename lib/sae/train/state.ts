import type { ResolvedTrainConfig } from "@/lib/sae/config";

/** Everything an optimiser step changes, in shared memory so that worker threads update it in place. */
export interface TrainState {
  d: number;
  n: number;
  W: Float32Array; // [n, d]
  D: Float32Array; // [n, d]
  beta: Float32Array; // [n]
  c: Float32Array; // [d]
  // First and second Adam moments of each parameter.
  mW: Float32Array;
  vW: Float32Array;
  mD: Float32Array;
  vD: Float32Array;
  mBeta: Float32Array;
  vBeta: Float32Array;
  mC: Float32Array;
  vC: Float32Array;
  age: Float64Array; // [n] rows since the latent last fired
}

/** Per-step working memory, shared with the workers. Sized for `batchSize` rows; fewer rows use the front. */
export interface Scratch {
  xbar: Float32Array; // [rows, d] normalised input minus c
  e: Float32Array; // [rows, d] reconstruction error
  index: Int32Array; // [rows, k] selected latents
  z: Float32Array; // [rows, k] activations
  blockLoss: Float64Array; // [row blocks] sum |e|^2
  blockE: Float64Array; // [row blocks, d] sum e
  start: Int32Array; // [n + 1] first pair of each latent
  pairRow: Int32Array; // [rows k] row of each (row, latent) pair, grouped by latent, rows ascending
  pairZ: Float32Array; // [rows k] its activation
  gW: Float32Array; // [n, d] gradients
  gD: Float32Array; // [n, d]
  gBeta: Float64Array; // [n] sums q, also used for c
  latentNorm: Float64Array; // [n] squared gradient norm of a latent's own parameters
  blockQW: Float64Array; // [latent blocks, d] sum q_i w_i
  auxSlot: Int32Array; // [n] row in the AuxK gradients, -1 when the latent has none
  auxW: Float32Array; // [dead, d] AuxK gradients, unscaled; grown on demand
  auxD: Float32Array;
  auxBeta: Float64Array; // [dead]
  cursor: Int32Array; // [1] next block to take
}

/** Rows or latents per block. Sums are taken per block and added in block order: the worker count cannot change them. */
export const BLOCK = 64;

export const blocksOf = (count: number): number => Math.ceil(count / BLOCK);

const f32 = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length));
const f64 = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));
const i32 = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));

export function createState(d: number, n: number): TrainState {
  return {
    d,
    n,
    W: f32(n * d),
    D: f32(n * d),
    beta: f32(n),
    c: f32(d),
    mW: f32(n * d),
    vW: f32(n * d),
    mD: f32(n * d),
    vD: f32(n * d),
    mBeta: f32(n),
    vBeta: f32(n),
    mC: f32(d),
    vC: f32(d),
    age: f64(n),
  };
}

export function createScratch(config: ResolvedTrainConfig, d: number): Scratch {
  const { n, k } = config.sae;
  const rows = config.batchSize;
  return {
    xbar: f32(rows * d),
    e: f32(rows * d),
    index: i32(rows * k),
    z: f32(rows * k),
    blockLoss: f64(blocksOf(rows)),
    blockE: f64(blocksOf(rows) * d),
    start: i32(n + 1),
    pairRow: i32(rows * k),
    pairZ: f32(rows * k),
    gW: f32(n * d),
    gD: f32(n * d),
    gBeta: f64(n),
    latentNorm: f64(n),
    blockQW: f64(blocksOf(n) * d),
    auxSlot: i32(n).fill(-1),
    auxW: f32(0),
    auxD: f32(0),
    auxBeta: f64(0),
    cursor: i32(1),
  };
}

/** Makes room for AuxK gradients of `dead` latents; returns true when the arrays were replaced. */
export function growAux(scratch: Scratch, dead: number, d: number): boolean {
  if (scratch.auxBeta.length >= dead) return false;
  const room = Math.ceil(dead * 1.5);
  scratch.auxW = f32(room * d);
  scratch.auxD = f32(room * d);
  scratch.auxBeta = f64(room);
  return true;
}
