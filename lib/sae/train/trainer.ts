import { availableParallelism } from "node:os";
import type { ResolvedTrainConfig } from "@/lib/sae/config";
import type { Sae } from "@/lib/sae/sae";
import type { DenseOps } from "@/lib/sae/train/dense";
import { createOrtDense } from "@/lib/sae/train/dense-ort";
import { createPool } from "@/lib/sae/train/pool";
import { createScratch, createState, type TrainState } from "@/lib/sae/train/state";
import { clippedSizes, type StepStats, trainStep } from "@/lib/sae/train/step";
import { assertCols, type Matrix } from "@/lib/tensor/matrix";

/** The optimiser by itself: state in, one step at a time. `trainSae` adds data, logs and checkpoints around it. */
export interface Trainer {
  state: TrainState;
  /** One step on normalised rows [rows <= batchSize, d]; `step` counts from 0. */
  step(x: Matrix, step: number): Promise<StepStats>;
  close(): Promise<void>;
}

export interface TrainerOptions {
  /** Worker threads for the sparse parts; 0 runs them on the calling thread. Default: all cores. */
  threads?: number;
  /** Replaces the ONNX Runtime products (tests). */
  dense?: DenseOps;
}

export async function createTrainer(
  config: ResolvedTrainConfig,
  d: number,
  options: TrainerOptions = {},
): Promise<Trainer> {
  const state = createState(d, config.sae.n);
  const scratch = createScratch({ ...config, sae: { ...config.sae, ...clippedSizes(config) } }, d);
  const dense = options.dense ?? (await createOrtDense({ reluFirst: config.compat === "dictionary_learning" }));
  const pool = await createPool(options.threads ?? availableParallelism(), state, scratch);
  return {
    state,
    async step(x, step) {
      assertCols(x, d, "training step");
      if (x.rows > config.batchSize)
        throw new RangeError(`batch of ${x.rows} rows, but batchSize is ${config.batchSize}`);
      return trainStep({ config, state, scratch, pool, dense }, x, step);
    },
    async close() {
      await pool.close();
      if (!options.dense) await dense.dispose();
    },
  };
}

/**
 * The trained SAE in raw units. Training saw x = h / s; scaling beta and c by s makes z and the reconstruction come out
 * in units of h while rows of D keep norm 1.
 */
export function foldState(state: TrainState, config: ResolvedTrainConfig, scale: number): Sae {
  const { d, n } = state;
  return {
    d,
    n,
    k: clippedSizes(config).k,
    W: state.W.slice(),
    beta: state.beta.map((value) => value * scale).slice(),
    D: state.D.slice(),
    c: state.c.map((value) => value * scale).slice(),
    theta: -1,
    activation: "topk",
    provenance: { format: "fovea", extra: {}, notices: [] },
  };
}
