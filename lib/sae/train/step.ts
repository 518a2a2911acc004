import type { ResolvedTrainConfig } from "@/lib/sae/config";
import { type AuxResult, runAux } from "@/lib/sae/train/auxk";
import { bucketByLatent } from "@/lib/sae/train/bucket";
import type { StepContext } from "@/lib/sae/train/context";
import { ADAM, adam, type StepParams } from "@/lib/sae/train/kernels";
import { learningRate } from "@/lib/sae/train/schedule";
import { blocksOf } from "@/lib/sae/train/state";
import type { Matrix } from "@/lib/tensor/matrix";
import { sum, sumSquares } from "@/lib/tensor/stats";

/** What one optimiser step reports; sums are float64 over the rows of the batch. */
export interface StepStats {
  rows: number;
  lr: number;
  loss: number; // reconstruction + alpha aux
  reconstruction: number; // mean |e|^2 / V
  aux: number; // AuxK term without alpha, 0 while nothing is dead
  nDead: number;
  active: number; // (row, latent) pairs with z > 0
  gradNorm: number; // before clipping
  errorSquares: number; // sum |e|^2
}

/** One optimiser step on normalised rows x [rows, d]; the order of its parts is that of dictionary_learning. */
export async function trainStep(context: StepContext, x: Matrix, step: number): Promise<StepStats> {
  const { config, state, scratch, pool } = context;
  const { n, k } = clippedSizes(config);
  const params: StepParams = {
    rows: x.rows,
    k,
    gradScale: -2 / (x.rows * config.lossScale),
    auxScale: 0,
    clip: 1,
    lr: learningRate(config, step),
    correction1: 1 - ADAM.beta1 ** (step + 1),
    correction2: 1 - ADAM.beta2 ** (step + 1),
  };
  await encodeBatch(context, x, k);
  const decoding = pool.run("decodeBlock", blocksOf(x.rows), params);
  const active = bucketByLatent(scratch, x.rows, k, n); // while the threads decode
  updateAges(context, x.rows, k);
  await decoding;

  const aux = await runAux(context, x.rows);
  params.auxScale = aux.scale;
  await pool.run("gradientBlock", blocksOf(n), params);
  const gC = biasGradient(context, params);
  const gradNorm = Math.sqrt(sum(scratch.latentNorm) + sumSquares(gC));
  params.clip = Math.min(1, config.clipNorm / (gradNorm + 1e-6));
  await pool.run("adamBlock", blocksOf(n), params);
  adam(state.c, state.mC, state.vC, gC, 0, state.d, params);
  return stats(context, params, aux, active, gradNorm);
}

/** k never exceeds the number of latents. */
export function clippedSizes(config: ResolvedTrainConfig): { n: number; k: number } {
  return { n: config.sae.n, k: Math.min(config.sae.k, config.sae.n) };
}

async function encodeBatch({ config, state, scratch, dense }: StepContext, x: Matrix, k: number): Promise<void> {
  const { d, n, c } = state;
  const { xbar } = scratch;
  for (let b = 0, t = 0; b < x.rows; b++) for (let j = 0; j < d; j++, t++) xbar[t] = x.data[t]! - c[j]!;
  const input = { rows: x.rows, d, n, k, W: state.W, beta: state.beta };
  await dense.encodeInto(scratch.index, scratch.z, {
    ...input,
    xbar: xbar.subarray(0, x.rows * d),
    reluFirst: config.compat === "dictionary_learning",
  });
}

/** Ages count SAE input rows. Fired means z > 0: an index selected with value 0 says nothing (except in replays). */
function updateAges({ config, state, scratch }: StepContext, rows: number, k: number): void {
  const { age, n } = state;
  const { start, index } = scratch;
  for (let i = 0; i < n; i++) age[i] = start[i + 1]! > start[i]! ? 0 : age[i]! + rows;
  if (config.compat !== "dictionary_learning") return;
  for (let t = 0; t < rows * k; t++) age[index[t]!] = 0;
}

/** dL/dc = sum_b g_b - sum_i Q_i w_i, block sums added in block order. */
function biasGradient({ state, scratch }: StepContext, { rows, gradScale }: StepParams): Float64Array {
  const { d, n } = state;
  const gC = new Float64Array(d);
  const { blockE, blockQW } = scratch;
  for (let block = 0; block < blocksOf(rows); block++) {
    for (let j = 0; j < d; j++) gC[j]! += gradScale * blockE[block * d + j]!;
  }
  for (let block = 0; block < blocksOf(n); block++) for (let j = 0; j < d; j++) gC[j]! -= blockQW[block * d + j]!;
  return gC;
}

function stats(
  { config, scratch }: StepContext,
  { rows, lr }: StepParams,
  aux: AuxResult,
  active: number,
  gradNorm: number,
): StepStats {
  const errorSquares = sum(scratch.blockLoss.subarray(0, blocksOf(rows)));
  const reconstruction = errorSquares / (rows * config.lossScale);
  const loss = reconstruction + config.auxAlpha * aux.loss;
  return { rows, lr, loss, reconstruction, aux: aux.loss, nDead: aux.nDead, active, gradNorm, errorSquares };
}
