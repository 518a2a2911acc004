import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { type ResolvedTrainConfig, resolveTrainConfig, type TrainConfigInput } from "@/lib/sae/config";
import type { Sae } from "@/lib/sae/sae";
import { loadCheckpoint, type Progress, runKey, saveCheckpoint, writeLog } from "@/lib/sae/train/checkpoint";
import { type InputStatistics, initialise, startFrom, type TrainBatch } from "@/lib/sae/train/init";
import { addStep, type CurvePoint, closeInterval, type EarlyFigures, emptyInterval } from "@/lib/sae/train/interval";
import { createTrainer, foldState, type Trainer, type TrainerOptions } from "@/lib/sae/train/trainer";
import { type Matrix, matrix } from "@/lib/tensor/matrix";

export interface TrainProgress {
  step: number; // steps done
  steps: number; // steps planned
  rows: number;
  rowsPerSecond: number; // of this process
  point?: CurvePoint; // when this step closed a log interval
}

export interface RunOptions {
  config: TrainConfigInput;
  /** Folder for checkpoint.safetensors and train.jsonl; a run that finds its own checkpoint there continues from it. */
  checkpointDir?: string;
  /** Starts from these weights (raw units) instead of random directions. */
  init?: Sae;
  onProgress?: (progress: TrainProgress) => void;
}

/** Figures on held-out rows while training goes on. */
export type MeasureEarly = (sae: Sae) => Promise<EarlyFigures>;

/** One SAE in training: its trainer, and where it stands. Several runs may be fed from one pass over the rows. */
export class TrainRun {
  private readonly x: Matrix;
  private readonly y: Matrix | null;
  private readonly clock = startClock();
  resumedAt = 0;
  /** True between two steps: then the state is consistent and worth saving. */
  private consistent = true;

  private constructor(
    readonly config: ResolvedTrainConfig,
    private readonly d: number,
    private readonly options: RunOptions,
    private readonly trainer: Trainer,
    private progress: Progress,
  ) {
    this.x = matrix(config.batchSize, d);
    this.y = config.transcoder ? matrix(config.batchSize, d) : null;
  }

  /**
   * Continues from the checkpoint in the run's folder, or starts anew with what `measureInput` says of the first rows.
   * @throws AppError CHECKPOINT_MISMATCH when the folder belongs to a run with other settings.
   */
  static async open(
    options: RunOptions & TrainerOptions,
    d: number,
    measureInput: (config: ResolvedTrainConfig) => Promise<InputStatistics>,
  ): Promise<TrainRun> {
    const config = resolveTrainConfig(options.config, d);
    const trainer = await createTrainer(config, d, options);
    try {
      const { checkpointDir, init } = options;
      const found = checkpointDir ? await loadCheckpoint(checkpointDir, runKey(config, d, init), trainer.state) : null;
      if (checkpointDir) await writeLog(checkpointDir, found?.curve ?? []);
      if (found) {
        const run = new TrainRun(config, d, options, trainer, found);
        run.resumedAt = found.step;
        return run;
      }
      const statistics = await measureInput(config);
      if (init) startFrom(trainer.state, init, statistics);
      else initialise(trainer.state, statistics.center, config.seed);
      const { scale, targetScale } = statistics;
      const shift = Float64Array.from(trainer.state.c);
      const start = { step: 0, rows: 0, scale, targetScale, shift, interval: emptyInterval(d), curve: [] };
      return new TrainRun(config, d, options, trainer, start);
    } catch (error) {
      await trainer.close();
      throw error;
    }
  }

  get step(): number {
    return this.progress.step;
  }

  get done(): boolean {
    return this.progress.step >= this.config.steps;
  }

  get curve(): CurvePoint[] {
    return this.progress.curve;
  }

  /** One optimiser step on a batch of raw rows; logs and saves when it is time. @throws Error when the loss diverged. */
  async take(batch: TrainBatch, measureEarly: MeasureEarly | null): Promise<void> {
    const { config, progress } = this;
    this.consistent = false;
    const x = normaliseInto(this.x, batch, progress.scale);
    const y = this.y && normaliseInto(this.y, targetOf(batch), progress.targetScale);
    const stats = await this.trainer.step(x, progress.step, y ?? undefined);
    if (!Number.isFinite(stats.loss)) throw new Error(`training diverged at step ${progress.step}: loss ${stats.loss}`);
    progress.step++;
    progress.rows += stats.rows;
    addStep(progress.interval, y ?? x, progress.shift, stats);
    this.clock.add(stats.rows);
    const logs = this.done || progress.step % config.logEvery === 0;
    const looks = logs && measureEarly !== null && (this.done || this.isTimeToLook());
    const early = looks ? await measureEarly(this.sae()) : undefined;
    const point = logs ? await this.log(stats.lr, stats.nDead / config.sae.n, early) : undefined;
    this.consistent = true;
    const { step, rows } = progress;
    const told = { step, steps: config.steps, rows, rowsPerSecond: this.clock.rate() };
    this.options.onProgress?.(point ? { ...told, point } : told);
    if (this.done || step % config.checkpointEvery === 0) await this.save();
  }

  /** At the first log line after every `evalEvery` steps, so that lines stay evenly spaced. */
  private isTimeToLook(): boolean {
    const { curve, step } = this.progress;
    const { evalEvery } = this.config;
    return Math.floor(step / evalEvery) > Math.floor((curve.at(-1)?.step ?? 0) / evalEvery);
  }

  private async log(lr: number, dead: number, heldOut?: EarlyFigures): Promise<CurvePoint> {
    const { progress, options, clock } = this;
    const { step, rows } = progress;
    const point = closeInterval(progress.interval, { step, rows, lr, dead, seconds: clock.lap() });
    if (heldOut) point.heldOut = heldOut;
    progress.curve.push(point);
    progress.interval = emptyInterval(this.d);
    if (options.checkpointDir)
      await appendFile(join(options.checkpointDir, "train.jsonl"), `${JSON.stringify(point)}\n`);
    return point;
  }

  /** Saves a checkpoint where the run has a folder and stands between two steps. */
  async save(): Promise<void> {
    const { checkpointDir, init } = this.options;
    if (!checkpointDir || !this.consistent) return;
    await saveCheckpoint(checkpointDir, runKey(this.config, this.d, init), this.trainer.state, this.progress);
  }

  /** The weights as they are now, folded into raw units. */
  sae(): Sae {
    const { curve, interval } = this.progress;
    const l0 = interval.rows > 0 ? interval.active / interval.rows : (curve.at(-1)?.l0 ?? 0);
    return foldState(this.trainer.state, this.config, this.progress, l0);
  }

  close(): Promise<void> {
    return this.trainer.close();
  }
}

function targetOf({ target }: TrainBatch): Matrix {
  if (!target) throw new RangeError("a transcoder needs targets beside its rows");
  return target;
}

/** Copies x = h / s, so that the source may reuse its buffer. */
function normaliseInto(x: Matrix, batch: Matrix, scale: number): Matrix {
  const length = batch.rows * batch.cols;
  if (length > x.data.length) throw new RangeError(`batch [${batch.rows},${batch.cols}] exceeds [${x.rows},${x.cols}]`);
  const data = x.data.subarray(0, length);
  for (let t = 0; t < length; t++) data[t] = batch.data[t]! / scale;
  return { data, rows: batch.rows, cols: batch.cols };
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
