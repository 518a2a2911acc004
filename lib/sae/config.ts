import { z } from "zod";

/** TopK SAE (Gao et al. 2024, arXiv 2406.04093): the k largest pre-activations of a row stay, then ReLU. */
const topkSchema = z.object({
  kind: z.literal("topk"),
  n: z.number().int().positive(), // latents
  k: z.number().int().positive(), // active latents per row
});

/** What is trained: one variant per architecture, told apart by `kind`. */
export const saeArchitectureSchema = z
  .discriminatedUnion("kind", [topkSchema])
  .refine((sae) => sae.k <= sae.n, { message: "k must not exceed n", path: ["k"] });
export type SaeArchitecture = z.infer<typeof saeArchitectureSchema>;

/** Training settings. Only `sae` and `steps` have no default. Rows are SAE input rows; steps are optimiser steps. */
export const trainConfigSchema = z.object({
  sae: saeArchitectureSchema,
  steps: z.number().int().positive(),
  batchSize: z.number().int().positive().default(4096), // rows per step
  seed: z.number().int().default(0),
  lr: z.number().positive().nullable().default(null), // null: 2e-4 / sqrt(n / 2^14), at most 1e-3
  warmupSteps: z.number().int().min(0).nullable().default(null), // null: min(1000, steps / 20)
  decayShare: z.number().min(0).max(1).default(0.2), // last share of the steps, linear to 0
  auxAlpha: z
    .number()
    .min(0)
    .default(1 / 32), // weight of AuxK; 0 switches it off
  auxK: z.number().int().positive().nullable().default(null), // null: d / 2
  deadRows: z.number().int().positive().nullable().default(null), // null: min(10 M, max(20 batches, 10 % of all rows))
  clipNorm: z.number().positive().default(1), // global gradient norm
  lossScale: z.number().positive().default(1), // V: constant divisor of the reconstruction loss
  initRows: z.number().int().positive().default(32_768), // rows for the geometric median
  scaleRows: z.number().int().positive().default(100_000), // rows for the global scale
  logEvery: z.number().int().positive().default(50), // steps between log lines
  checkpointEvery: z.number().int().positive().default(500), // steps between checkpoints
  /** "dictionary_learning" replays that trainer: fired = selected, warm-up starts at 0, no floor in the median. */
  compat: z.enum(["none", "dictionary_learning"]).default("none"),
});
export type TrainConfig = z.output<typeof trainConfigSchema>;
export type TrainConfigInput = z.input<typeof trainConfigSchema>;

/** Settings with every default resolved for rows of width d. */
export interface ResolvedTrainConfig extends TrainConfig {
  lr: number;
  warmupSteps: number;
  auxK: number;
  deadRows: number;
}

/** Fills the defaults that depend on n, d and the planned length. Throws ZodError on values out of range. */
export function resolveTrainConfig(input: TrainConfigInput, d: number): ResolvedTrainConfig {
  const config = trainConfigSchema.parse(input);
  const { batchSize, steps } = config;
  return {
    ...config,
    lr: config.lr ?? Math.min(1e-3, 2e-4 / Math.sqrt(config.sae.n / 2 ** 14)),
    warmupSteps: config.warmupSteps ?? Math.min(1000, Math.floor(steps / 20)),
    auxK: config.auxK ?? Math.max(1, Math.floor(d / 2)),
    // The published 10 M rule can never trigger in a short run, hence the second argument.
    deadRows: config.deadRows ?? Math.min(10_000_000, Math.max(20 * batchSize, Math.floor(0.1 * steps * batchSize))),
  };
}
