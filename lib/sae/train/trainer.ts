import { availableParallelism } from "node:os";
import type { ResolvedTrainConfig } from "@/lib/sae/config";
import type { Sae } from "@/lib/sae/sae";
import { createArena } from "@/lib/sae/train/arena";
import type { StepContext } from "@/lib/sae/train/context";
import type { DenseOps } from "@/lib/sae/train/dense";
import { createOrtDense } from "@/lib/sae/train/dense-ort";
import { createPool } from "@/lib/sae/train/pool";
import { bytesOf, createScratch, createState, levelsOf, type TrainState } from "@/lib/sae/train/state";
import { type StepStats, trainStep } from "@/lib/sae/train/step";
import { assertCols, type Matrix } from "@/lib/tensor/matrix";

/** The optimiser by itself: state in, one step at a time. `trainSae` adds data, logs and checkpoints around it. */
export interface Trainer {
  state: TrainState;
  /** One step on normalised rows [rows <= batchSize, d]; `step` counts from 0. `target`: what a transcoder is to give. */
  step(x: Matrix, step: number, target?: Matrix): Promise<StepStats>;
  close(): Promise<void>;
}

export interface TrainerOptions {
  /** Worker threads for the sparse parts; 0 runs them on the calling thread. Default: all cores. */
  threads?: number;
  /** Takes the plain kernels also where the SIMD ones could work (tests). */
  plain?: boolean;
  /** Replaces the ONNX Runtime products (tests). */
  dense?: DenseOps;
}

export async function createTrainer(
  config: ResolvedTrainConfig,
  d: number,
  options: TrainerOptions = {},
): Promise<Trainer> {
  const arena = createArena(options.plain ? Number.POSITIVE_INFINITY : bytesOf(config, d));
  const state = createState(d, config.sae, arena);
  const scratch = createScratch(config, d, arena);
  const dense = options.dense ?? (await createOrtDense({ reluFirst: config.compat === "dictionary_learning" }));
  const pool = await createPool(options.threads ?? availableParallelism(), state, scratch, arena);
  const levels = levelsOf(config.sae);
  const context: StepContext = { config, levels, state, scratch, arena, pool, dense, floor: 0 };
  return {
    state,
    async step(x, step, target) {
      for (const rows of target ? [x, target] : [x]) assertCols(rows, d, "training step");
      if (x.rows > config.batchSize)
        throw new RangeError(`batch of ${x.rows} rows, but batchSize is ${config.batchSize}`);
      if (target && target.rows !== x.rows) throw new RangeError(`${x.rows} rows, but ${target.rows} targets`);
      return trainStep(context, x, step, target);
    },
    async close() {
      await pool.close();
      if (!options.dense) await dense.dispose();
    },
  };
}

/**
 * The trained SAE in raw units. Training saw x = h / s; scaling beta, c and thresholds by s makes z and the reconstruction
 * come out in units of h (W as well, where what is reconstructed has another scale) while rows of D keep norm 1. Where norms were free (ReLU-L1) they move into W and beta; where c was
 * not subtracted from the input (transcoder) beta makes up for it, since a served SAE always subtracts it.
 * @param l0 mean active latents of a row, for architectures without a k of their own.
 */
export function foldState(
  state: TrainState,
  config: ResolvedTrainConfig,
  { scale, targetScale }: { scale: number; targetScale: number },
  l0: number,
): Sae {
  const { d, n } = state;
  const { sae } = config;
  // Out of shared memory: what is handed on must not change with the next step.
  const plain = (values: Float32Array, factor: number) => Float32Array.from(values, (value) => value * factor);
  const [W, D] = [plain(state.W, targetScale / scale), plain(state.D, 1)];
  const [beta, c] = [plain(state.beta, targetScale), plain(state.c, targetScale)];
  if (sae.kind === "relu_l1") foldNorms({ W, beta, D, n, d });
  if (config.transcoder) {
    for (let i = 0; i < n; i++) {
      let along = 0;
      for (let j = 0; j < d; j++) along += W[i * d + j]! * c[j]!;
      beta[i]! += along;
    }
  }
  const transcoder = config.transcoder ? { transcoder: true } : {};
  const provenance = { format: "fovea", architecture: sae.kind, ...transcoder, extra: {}, notices: [] };
  const shared = { d, n, k: "k" in sae ? sae.k : Math.max(1, Math.round(l0)), W, beta, D, c, provenance };
  switch (sae.kind) {
    case "topk":
      return { ...shared, theta: -1, activation: "topk" };
    case "relu_l1":
      return { ...shared, theta: 0, activation: "jumprelu" };
    case "jumprelu":
      return {
        ...shared,
        theta: 0,
        activation: "jumprelu",
        thresholds: state.thresholds.map((t) => t * scale).slice(),
      };
    default: {
      const theta = state.theta[0]!;
      return { ...shared, theta: theta < 0 ? -1 : theta * targetScale, activation: "jumprelu" };
    }
  }
}

/** Moves the norms of decoder rows into the encoder, which changes no reconstruction of a ReLU. Rows of 0 stay. */
function foldNorms({ W, beta, D, n, d }: Pick<Sae, "W" | "beta" | "D" | "n" | "d">): void {
  for (let i = 0; i < n; i++) {
    let squares = 0;
    for (let j = i * d; j < (i + 1) * d; j++) squares += D[j]! ** 2;
    const norm = Math.sqrt(squares);
    if (norm === 0) continue;
    beta[i]! *= norm;
    for (let j = i * d; j < (i + 1) * d; j++) {
      W[j]! *= norm;
      D[j]! /= norm;
    }
  }
}
