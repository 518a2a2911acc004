import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { type ResolvedTrainConfig, resolveTrainConfig, type TrainConfigInput } from "@/lib/sae/config";
import { createEncoder } from "@/lib/sae/encode";
import { evaluateSae, type RowSource } from "@/lib/sae/evaluate";
import type { MetricsSums } from "@/lib/sae/metric-sums";
import { type MetricsReport, reportMetrics } from "@/lib/sae/metrics";
import type { Sae } from "@/lib/sae/sae";
import { type Calibration, calibrateThreshold } from "@/lib/sae/threshold";
import { loadCheckpoint, type Progress, runKey, saveCheckpoint, writeLog } from "@/lib/sae/train/checkpoint";
import { type BatchSource, initialise, measureInput } from "@/lib/sae/train/init";
import { addStep, type CurvePoint, closeInterval, emptyInterval } from "@/lib/sae/train/interval";
import { createTrainer, foldState, type Trainer, type TrainerOptions } from "@/lib/sae/train/trainer";
import { type Matrix, matrix } from "@/lib/tensor/matrix";

export interface TrainProgress {
  step: number; // steps done
  steps: number; // steps planned
  rows: number;
  rowsPerSecond: number; // of this process
  point?: CurvePoint; // when this step closed a log interval
}

export interface TrainOptions extends TrainerOptions {
  config: TrainConfigInput;
  /** Width of the rows; checked against the first batch. */
  d: number;
  /** Batches of rows in raw units, at most `batchSize` rows each, endless or long enough for all steps. */
  batches: BatchSource;
  /** Held-out rows for the threshold and the figures; without it both are left out. */
  heldOut?: RowSource;
  /** Aborting saves a checkpoint and throws the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (progress: TrainProgress) => void;
  /** Folder for checkpoint.safetensors and train.jsonl; a run that finds its own checkpoint there continues from it. */
  checkpointDir?: string;
}

export interface TrainResult {
  sae: Sae; // raw units, threshold calibrated when there are held-out rows
  metrics: MetricsReport | null; // on the held-out rows, as the SAE is served
  sums: MetricsSums | null; // what the figures were made from, for merging
  calibration: Calibration | null;
  curve: CurvePoint[];
  resumedAt: number; // step this process started from
}

/**
 * Trains an SAE to the last planned step and returns it folded into raw units.
 * A resumed run continues bit for bit, provided `batches` yields the same rows from a given step.
 */
export async function trainSae(options: TrainOptions): Promise<TrainResult> {
  const config = resolveTrainConfig(options.config, options.d);
  const trainer = await createTrainer(config, options.d, options);
  try {
    const progress = await startOrResume(trainer, config, options);
    const resumedAt = progress.step;
    await runSteps(trainer, config, options, progress);
    const sae = foldState(trainer.state, config, progress.scale, progress.curve.at(-1)?.l0 ?? 0);
    return { ...(await measure(sae, options)), curve: progress.curve, resumedAt };
  } finally {
    await trainer.close();
  }
}

async function startOrResume(trainer: Trainer, config: ResolvedTrainConfig, options: TrainOptions): Promise<Progress> {
  const { checkpointDir, d } = options;
  if (checkpointDir) {
    const found = await loadCheckpoint(checkpointDir, runKey(config, d), trainer.state);
    if (found) {
      await writeLog(checkpointDir, found.curve);
      return found;
    }
    await writeLog(checkpointDir, []);
  }
  const { scale, center } = await measureInput(options.batches, config);
  initialise(trainer.state, center, config.seed);
  return { step: 0, rows: 0, scale, shift: Float64Array.from(center), interval: emptyInterval(d), curve: [] };
}

async function runSteps(
  trainer: Trainer,
  config: ResolvedTrainConfig,
  options: TrainOptions,
  progress: Progress,
): Promise<void> {
  const { signal, checkpointDir, d } = options;
  if (progress.step >= config.steps) return;
  const key = runKey(config, d);
  const save = async () => {
    if (checkpointDir) await saveCheckpoint(checkpointDir, key, trainer.state, progress);
  };
  const clock = startClock();
  const x = matrix(config.batchSize, d);
  let between = true; // between two steps the state is consistent and worth saving
  try {
    for await (const batch of options.batches(progress.step)) {
      signal?.throwIfAborted();
      between = false;
      const rows = normaliseInto(x, batch, progress.scale);
      const stats = await trainer.step(rows, progress.step);
      if (!Number.isFinite(stats.loss))
        throw new Error(`training diverged at step ${progress.step}: loss ${stats.loss}`);
      progress.step++;
      progress.rows += stats.rows;
      addStep(progress.interval, rows, progress.shift, stats);
      clock.add(stats.rows);
      const last = progress.step === config.steps;
      const logs = last || progress.step % config.logEvery === 0;
      const point = logs ? await log(progress, stats.lr, stats.nDead / config.sae.n, clock, checkpointDir) : undefined;
      between = true;
      const { step, rows: seen } = progress;
      const told = { step, steps: config.steps, rows: seen, rowsPerSecond: clock.rate() };
      options.onProgress?.(point ? { ...told, point } : told);
      if (last || step % config.checkpointEvery === 0) await save();
      if (last) return;
    }
  } catch (error) {
    if (signal?.aborted && between) await save(); // the source may have noticed the abort before we did
    throw error;
  }
  throw new RangeError(`the rows ended after ${progress.step} of ${config.steps} steps`);
}

/** Copies x = h / s, so that the source may reuse its buffer. */
function normaliseInto(x: Matrix, batch: Matrix, scale: number): Matrix {
  const length = batch.rows * batch.cols;
  if (length > x.data.length) throw new RangeError(`batch [${batch.rows},${batch.cols}] exceeds [${x.rows},${x.cols}]`);
  const data = x.data.subarray(0, length);
  for (let t = 0; t < length; t++) data[t] = batch.data[t]! / scale;
  return { data, rows: batch.rows, cols: batch.cols };
}

async function log(progress: Progress, lr: number, dead: number, clock: Clock, dir?: string): Promise<CurvePoint> {
  const { step, rows } = progress;
  const point = closeInterval(progress.interval, { step, rows, lr, dead, seconds: clock.lap() });
  progress.curve.push(point);
  progress.interval = emptyInterval(progress.interval.a.length);
  if (dir) await appendFile(join(dir, "train.jsonl"), `${JSON.stringify(point)}\n`);
  return point;
}

interface Clock {
  add(rows: number): void;
  rate(): number; // rows per second so far
  lap(): number; // seconds since the last lap
}

function startClock(): Clock {
  const start = performance.now();
  let lapStart = start;
  let rows = 0;
  return {
    add(more) {
      rows += more;
    },
    rate: () => Math.round((1000 * rows) / Math.max(1, performance.now() - start)),
    lap() {
      const seconds = (performance.now() - lapStart) / 1000;
      lapStart = performance.now();
      return seconds;
    },
  };
}

/** Threshold and figures on held-out rows. Thresholds that were learnt stay as they are. */
async function measure(sae: Sae, { heldOut, signal }: TrainOptions): Promise<Omit<TrainResult, "curve" | "resumedAt">> {
  if (!heldOut) return { sae, metrics: null, sums: null, calibration: null };
  const encoder = await createEncoder();
  try {
    const { architecture } = sae.provenance;
    const learnt = architecture === "jumprelu" || architecture === "relu_l1";
    const calibration = learnt ? null : await calibrateThreshold(sae, heldOut, encoder);
    const calibrated = calibration ? { ...sae, theta: calibration.theta } : sae;
    const sums = await evaluateSae(calibrated, heldOut, encoder, signal ? { signal } : {});
    return { sae: calibrated, metrics: reportMetrics(sums), sums, calibration };
  } finally {
    await encoder.dispose();
  }
}
