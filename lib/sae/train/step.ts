import { type AuxResult, runAux } from "@/lib/sae/train/auxk";
import { bucketByLatent } from "@/lib/sae/train/bucket";
import type { StepContext } from "@/lib/sae/train/context";
import { ADAM, adam, type StepParams } from "@/lib/sae/train/kernels";
import { learningRate } from "@/lib/sae/train/schedule";
import { selectPairs } from "@/lib/sae/train/select";
import { blocksOf } from "@/lib/sae/train/state";
import type { Matrix } from "@/lib/tensor/matrix";
import { sum, sumSquares } from "@/lib/tensor/stats";

/** What one optimiser step reports; sums are float64 over the rows of the batch. */
export interface StepStats {
  rows: number;
  lr: number;
  loss: number; // reconstruction + alpha aux + penalty
  reconstruction: number; // weighted mean |e|^2 / V over the reconstructions
  aux: number; // AuxK term without alpha, 0 while nothing is dead
  penalty: number; // L0 or L1 term, 0 where the architecture has none
  nDead: number;
  active: number; // (row, latent) pairs of the SAE's own reconstruction with z > 0
  gradNorm: number; // before clipping
  errorSquares: number; // sum |e|^2 of the SAE's own reconstruction
  ms: StepTimes;
}

/** Milliseconds of the parts of a step. */
export interface StepTimes {
  encode: number; // pre-activations and selection
  decode: number; // errors, and the pairs grouped by latent
  aux: number;
  gradient: number;
  update: number; // clip, Adam, unit norm
}

/**
 * One optimiser step on normalised rows x [rows, d], towards `target` [rows, d] where a transcoder is trained; the order of
 * its parts is that of dictionary_learning.
 */
export async function trainStep(context: StepContext, x: Matrix, step: number, target: Matrix = x): Promise<StepStats> {
  const { config, state, scratch, pool, levels } = context;
  const { n, d } = state;
  const { rows } = x;
  const clock = lapClock();
  const params: StepParams = {
    rows,
    ...levels,
    gradScale: -2 / (rows * config.lossScale),
    auxScale: 0,
    l1: config.sae.kind === "relu_l1" ? (config.sae.penalty * settled(context, step)) / rows : 0,
    unitNorm: config.sae.kind !== "relu_l1",
    bandwidth: config.sae.kind === "jumprelu" ? config.sae.bandwidth : 0,
    l0Slope: 0,
    clip: 1,
    lr: learningRate(config, step),
    beta1: config.beta1,
    correction1: 1 - config.beta1 ** (step + 1),
    correction2: 1 - ADAM.beta2 ** (step + 1),
  };
  centre(context, x, target);
  await selectPairs(context, rows, step);
  const encode = clock();
  const decoding = pool.run("decodeBlock", blocksOf(rows), params);
  const pairs = bucketByLatent(scratch, rows, d, n); // while the threads decode
  const active = updateAges(context, rows, pairs);
  await decoding;
  const decode = clock();

  const auxiliary = await runAux(context, rows);
  params.auxScale = auxiliary.scale;
  const aux = clock();
  const distance = setL0Slope(context, params, active, step);
  await pool.run("gradientBlock", blocksOf(n), params);
  const gC = biasGradient(context, params);
  const gradient = clock();
  const gradNorm = Math.sqrt(sum(scratch.latentNorm) + sumSquares(gC));
  params.clip = Math.min(1, config.clipNorm / (gradNorm + 1e-6));
  await pool.run("adamBlock", blocksOf(n), params);
  adam(state.c, state.mC, state.vC, gC, 0, d, params);
  const penalty = distance + params.l1 * sum(scratch.blockL1);
  const ms = { encode, decode, aux, gradient, update: clock() };
  return { ...stats(context, params, auxiliary, penalty), active, gradNorm, ms };
}

/** Milliseconds since the last call. */
function lapClock(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const lap = now - last;
    last = now;
    return lap;
  };
}

/** Share of a penalty that is in force: rises linearly. */
function settled({ config }: StepContext, step: number): number {
  return config.settleSteps > 0 ? Math.min(1, (step + 1) / config.settleSteps) : 1;
}

function centre({ config, state, scratch }: StepContext, x: Matrix, target: Matrix): void {
  const { d, c } = state;
  const { xbar, ybar } = scratch;
  if (!config.transcoder) {
    for (let b = 0, t = 0; b < x.rows; b++) for (let j = 0; j < d; j++, t++) xbar[t] = x.data[t]! - c[j]!;
    return;
  }
  xbar.set(x.data.subarray(0, x.rows * d));
  for (let b = 0, t = 0; b < x.rows; b++) for (let j = 0; j < d; j++, t++) ybar[t] = target.data[t]! - c[j]!;
}

/**
 * Ages count SAE input rows. Fired means z > 0 in the SAE's own reconstruction: an index selected with value 0 says nothing
 * (except in replays). Returns how many pairs are active there.
 */
function updateAges({ config, levels, state, scratch }: StepContext, rows: number, pairs: number): number {
  const { age } = state;
  const { rowStart, index, z, level } = scratch;
  const bySelection = config.compat === "dictionary_learning" && config.sae.kind === "topk";
  const all = levels.main === levels.weights.length - 1;
  for (let i = 0; i < age.length; i++) age[i]! += rows;
  let active = 0;
  for (let t = 0; t < rowStart[rows]!; t++) {
    if (!all && level[t]! > levels.main) continue;
    if (z[t]! > 0) active++;
    else if (!bySelection) continue;
    age[index[t]!] = 0;
  }
  return all ? pairs : active;
}

/** JumpReLU's penalty lambda (L0 / k - 1)^2; its slope goes to the thresholds through the kernel. */
function setL0Slope(context: StepContext, params: StepParams, active: number, step: number): number {
  const { sae } = context.config;
  if (sae.kind !== "jumprelu") return 0;
  const lambda = sae.penalty * settled(context, step);
  const off = active / params.rows / sae.k - 1;
  params.l0Slope = ((2 * lambda) / (params.rows * sae.k)) * off;
  return lambda * off * off;
}

/** dL/dc = sum_b g_b - sum_i Q_i w_i (the second only where c is subtracted from the input), in block order. */
function biasGradient({ config, state, scratch }: StepContext, { rows, gradScale }: StepParams): Float64Array {
  const { d, n } = state;
  const gC = new Float64Array(d);
  const { blockG, blockQW } = scratch;
  for (let block = 0; block < blocksOf(rows); block++) {
    for (let j = 0; j < d; j++) gC[j]! += gradScale * blockG[block * d + j]!;
  }
  if (config.transcoder) return gC;
  for (let block = 0; block < blocksOf(n); block++) for (let j = 0; j < d; j++) gC[j]! -= blockQW[block * d + j]!;
  return gC;
}

function stats({ config, scratch }: StepContext, { rows, lr }: StepParams, aux: AuxResult, penalty: number) {
  const blocks = blocksOf(rows);
  const reconstruction = sum(scratch.blockLoss.subarray(0, blocks)) / (rows * config.lossScale);
  const loss = reconstruction + config.auxAlpha * aux.loss + penalty;
  const errorSquares = sum(scratch.blockSquares.subarray(0, blocks));
  return { rows, lr, loss, reconstruction, aux: aux.loss, penalty, nDead: aux.nDead, errorSquares };
}
