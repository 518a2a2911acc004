import type { ResolvedTrainConfig } from "@/lib/sae/config";
import { createEncoder, type Encoder } from "@/lib/sae/encode";
import { evaluateSae, type RowBatch, type RowSource } from "@/lib/sae/evaluate";
import type { MetricsSums } from "@/lib/sae/metric-sums";
import { type MetricsReport, reportMetrics } from "@/lib/sae/metrics";
import type { Sae } from "@/lib/sae/sae";
import { type Calibration, calibrateThreshold } from "@/lib/sae/threshold";
import { type BatchSource, type InputStatistics, measureInput } from "@/lib/sae/train/init";
import type { CurvePoint } from "@/lib/sae/train/interval";
import { type RunOptions, TrainRun } from "@/lib/sae/train/run";
import type { TrainerOptions } from "@/lib/sae/train/trainer";

/** What all runs of a pass share. */
export interface PassOptions extends TrainerOptions {
  /** Width of the rows; checked against the first batch. */
  d: number;
  /** Batches of rows in raw units, at most `batchSize` rows each, endless or long enough for all steps. */
  batches: BatchSource;
  /** Held-out rows for the threshold and the figures; without it both are left out. */
  heldOut?: RowSource;
  /** Aborting saves checkpoints and throws the signal's reason. */
  signal?: AbortSignal;
}

export type TrainOptions = PassOptions & RunOptions;

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
  const [result] = await trainSaes([options], options);
  return result!;
}

/**
 * Trains several SAEs in one pass over the rows, each exactly as if it were trained alone. Memory holds the state of all. Runs
 * may be of different lengths and have come differently far; the pass starts where the one furthest behind stands.
 * @throws RangeError when the runs want batches of different sizes, or the rows end too early.
 */
export async function trainSaes(runs: readonly RunOptions[], pass: PassOptions): Promise<TrainResult[]> {
  const { d, batches } = pass;
  const measured = new Map<string, Promise<InputStatistics>>();
  const measureOnce = (config: ResolvedTrainConfig) => {
    const { initRows, scaleRows, normalise, compat, transcoder } = config;
    const key = JSON.stringify({ initRows, scaleRows, normalise, compat, transcoder });
    const known = measured.get(key) ?? measureInput(batches, config);
    measured.set(key, known);
    return known;
  };
  const open: TrainRun[] = [];
  const encoder = pass.heldOut ? await createEncoder() : null;
  try {
    for (const options of runs) open.push(await TrainRun.open({ ...pass, ...options }, d, measureOnce));
    if (new Set(open.map(({ config }) => config.batchSize)).size > 1)
      throw new RangeError("SAEs that share a pass need batches of one size");
    await feed(open, pass, encoder);
    const results: TrainResult[] = [];
    for (const run of open) {
      const figures = await measure(run.sae(), pass, encoder);
      results.push({ ...figures, curve: run.curve, resumedAt: run.resumedAt });
    }
    return results;
  } finally {
    for (const run of open) await run.close();
    await encoder?.dispose();
  }
}

async function feed(runs: readonly TrainRun[], { batches, heldOut, signal }: PassOptions, encoder: Encoder | null) {
  if (runs.every((run) => run.done)) return;
  let step = Math.min(...runs.map((run) => run.step));
  try {
    for await (const batch of batches(step)) {
      signal?.throwIfAborted();
      for (const run of runs) {
        if (run.done || run.step !== step) continue;
        const early =
          encoder && heldOut ? (sae: Sae) => measureEarly(sae, heldOut, run.config.evalRows, encoder) : null;
        await run.take(batch, early);
      }
      step++;
      if (runs.every((run) => run.done)) return;
    }
  } catch (error) {
    if (signal?.aborted) for (const run of runs) await run.save(); // the source may have noticed the abort before we did
    throw error;
  }
  throw new RangeError(`the rows ended after ${step} of ${Math.max(...runs.map(({ config }) => config.steps))} steps`);
}

/** FVU and L0 on the first held-out rows. A threshold that has not started yet is replaced by the k largest. */
async function measureEarly(sae: Sae, heldOut: RowSource, rows: number, encoder: Encoder) {
  const unset = sae.activation === "jumprelu" && !sae.thresholds && sae.theta < 0;
  const served: Sae = unset ? { ...sae, activation: "topk" } : sae;
  const { all } = reportMetrics(await evaluateSae(served, () => firstRows(heldOut(), rows), encoder));
  return { rows: all.rows, fvu: all.fvu, l0: all.l0?.mean ?? null };
}

async function* firstRows(source: AsyncIterable<RowBatch>, wanted: number): AsyncGenerator<RowBatch> {
  let seen = 0;
  for await (const batch of source) {
    yield batch;
    seen += batch.acts.rows;
    if (seen >= wanted) return;
  }
}

/** Threshold and figures on held-out rows. Thresholds that were learnt stay as they are. */
async function measure(sae: Sae, { heldOut, signal }: PassOptions, encoder: Encoder | null) {
  if (!heldOut || !encoder) return { sae, metrics: null, sums: null, calibration: null };
  const { architecture } = sae.provenance;
  const learnt = architecture === "jumprelu" || architecture === "relu_l1";
  const calibration = learnt ? null : await calibrateThreshold(sae, heldOut, encoder);
  const calibrated = calibration ? { ...sae, theta: calibration.theta } : sae;
  const sums = await evaluateSae(calibrated, heldOut, encoder, signal ? { signal } : {});
  return { sae: calibrated, metrics: reportMetrics(sums), sums, calibration };
}
