import { z } from "zod";

const n = z.number().int().positive(); // latents
const k = z.number().int().positive(); // active latents per row

/** TopK (Gao et al. 2024, arXiv 2406.04093): the k largest pre-activations of a row stay, then ReLU. */
const topkSchema = z.object({
  kind: z.literal("topk"),
  n,
  k,
  /** Adds 1/8 of the reconstruction loss with 4 k latents (Multi-TopK): a finer choice of k afterwards costs less. */
  multiTopk: z.boolean().default(false),
});

const thetaSchema = {
  /** Steps before the running threshold starts; null: min(1000, steps / 2). */
  thetaStart: z.number().int().min(0).nullable().default(null),
  thetaDecay: z.number().min(0).lt(1).default(0.999), // of the running mean of the smallest selected activation
};

/** BatchTopK (Bussmann et al. 2024, arXiv 2412.06410): the k rows largest of a whole batch stay; served by a threshold. */
const batchTopkSchema = z.object({ kind: z.literal("batch_topk"), n, k, ...thetaSchema });

/** Matryoshka BatchTopK (Bussmann et al. 2025, arXiv 2503.17547): every prefix of the latents reconstructs by itself. */
const matryoshkaSchema = z.object({
  kind: z.literal("matryoshka"),
  n,
  k,
  /** Ends of the prefixes, rising, the last one n; null: 1/32, 3/32, 7/32, 15/32 and all of n. */
  prefixes: z.array(z.number().int().positive()).min(1).max(16).nullable().default(null),
  /** Weights of the prefixes' losses with sum 1; null: equal. */
  weights: z.array(z.number().positive()).nullable().default(null),
  ...thetaSchema,
});

/** JumpReLU (Rajamanoharan et al. 2024, arXiv 2407.14435) with the quadratic penalty on the distance from a wanted L0. */
const jumpreluSchema = z.object({
  kind: z.literal("jumprelu"),
  n,
  k, // wanted mean L0
  penalty: z.number().min(0).default(1), // lambda of (L0 / k - 1)^2
  penaltyWarmup: z.number().int().min(0).nullable().default(null), // steps to full lambda; null: min(2000, steps / 5)
  bandwidth: z.number().positive().default(1e-3), // eps of the rectangular kernel, normalised units
  theta0: z.number().min(0).default(1e-3), // first thresholds, normalised units
});

/** ReLU with an L1 penalty weighted by decoder norms (Bricken et al. 2023; Conerly et al. 2024): a baseline. */
const reluL1Schema = z.object({
  kind: z.literal("relu_l1"),
  n,
  penalty: z.number().min(0).default(0.2), // lambda of sum z |d|, normalised units
  penaltyWarmup: z.number().int().min(0).nullable().default(null), // null: min(2000, steps / 5)
});

export const SAE_KINDS = ["topk", "batch_topk", "matryoshka", "jumprelu", "relu_l1"] as const;

/** What is trained: one variant per architecture, told apart by `kind`. */
export const saeArchitectureSchema = z
  .discriminatedUnion("kind", [topkSchema, batchTopkSchema, matryoshkaSchema, jumpreluSchema, reluL1Schema])
  .refine((sae) => !("k" in sae) || sae.k <= sae.n, { message: "k must not exceed n", path: ["k"] })
  .refine((sae) => sae.kind !== "matryoshka" || !sae.prefixes || risesTo(sae.prefixes, sae.n), {
    message: "prefixes must rise, and the last must be n",
    path: ["prefixes"],
  })
  .refine((sae) => sae.kind !== "matryoshka" || !sae.weights || sumsToOne(sae.weights, prefixEnds(sae).length), {
    message: "weights must be one per prefix, with sum 1",
    path: ["weights"],
  });
export type SaeArchitecture = z.output<typeof saeArchitectureSchema>;

const risesTo = (ends: readonly number[], last: number) =>
  ends.every((end, i) => end > (ends[i - 1] ?? 0)) && ends.at(-1) === last;
const sumsToOne = (weights: readonly number[], count: number) =>
  weights.length === count && Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-6;

/** Ends of the Matryoshka prefixes: latent i lies in the first prefix whose end is above i. */
export function prefixEnds({ n, prefixes }: { n: number; prefixes: readonly number[] | null }): number[] {
  if (prefixes) return [...prefixes];
  const shares = [1 / 32, 3 / 32, 7 / 32, 15 / 32].map((share) => Math.floor(share * n)).filter((end) => end > 0);
  return [...new Set(shares), n];
}

/** Training settings. Only `sae` and `steps` have no default. Rows are SAE input rows; steps are optimiser steps. */
export const trainConfigSchema = z.object({
  sae: saeArchitectureSchema,
  steps: z.number().int().positive(),
  batchSize: z.number().int().positive().default(4096), // rows per step
  seed: z.number().int().default(0),
  lr: z.number().positive().nullable().default(null), // null: 2e-4 / sqrt(n / 2^14), at most 1e-3
  beta1: z.number().min(0).lt(1).nullable().default(null), // of Adam; null: 0.9, 0 for jumprelu
  warmupSteps: z.number().int().min(0).nullable().default(null), // null: min(1000, steps / 20)
  decayShare: z.number().min(0).max(1).default(0.2), // last share of the steps, linear to 0
  auxAlpha: z.number().min(0).nullable().default(null), // weight of AuxK, 0 switches it off; null: 1/32, 0 without a k
  auxK: z.number().int().positive().nullable().default(null), // null: d / 2
  deadRows: z.number().int().positive().nullable().default(null), // null: min(10 M, max(20 batches, 10 % of all rows))
  clipNorm: z.number().positive().default(1), // global gradient norm
  lossScale: z.number().positive().default(1), // V: constant divisor of the reconstruction loss
  /** The SAE reconstructs another activation than it reads, so c is not subtracted from its input. */
  transcoder: z.boolean().default(false),
  initRows: z.number().int().positive().nullable().default(null), // rows for the geometric median; null: 32,768, or all
  scaleRows: z.number().int().positive().nullable().default(null), // rows for the global scale; null: 100,000, or all
  normalise: z.boolean().default(true), // divide rows by one scalar, so that E|x|^2 = 1
  logEvery: z.number().int().positive().default(50), // steps between log lines
  checkpointEvery: z.number().int().positive().default(500), // steps between checkpoints
  evalEvery: z.number().int().positive().nullable().default(null), // steps between looks at held-out rows, at a log line; null: steps / 10
  evalRows: z.number().int().positive().default(8192), // held-out rows of such a look
  /** "dictionary_learning" replays that trainer: fired = selected, warm-up starts at 0, no floor in the median. */
  compat: z.enum(["none", "dictionary_learning"]).default("none"),
});
export type TrainConfig = z.output<typeof trainConfigSchema>;
export type TrainConfigInput = z.input<typeof trainConfigSchema>;

/** Settings with every default resolved for rows of width d. */
export interface ResolvedTrainConfig extends TrainConfig {
  lr: number;
  beta1: number;
  warmupSteps: number;
  auxAlpha: number;
  auxK: number;
  deadRows: number;
  initRows: number;
  scaleRows: number;
  evalEvery: number;
  /** Steps of BatchTopK's running threshold or of a penalty until it is in full force; 0 where there is none. */
  settleSteps: number;
}

/** Fills the defaults that depend on n, d and the planned length. Throws ZodError on values out of range. */
export function resolveTrainConfig(input: TrainConfigInput, d: number): ResolvedTrainConfig {
  const config = trainConfigSchema.parse(input);
  const { batchSize, steps, sae } = config;
  const byK = sae.kind !== "jumprelu" && sae.kind !== "relu_l1";
  return {
    ...config,
    lr: config.lr ?? Math.min(1e-3, 2e-4 / Math.sqrt(sae.n / 2 ** 14)),
    beta1: config.beta1 ?? (sae.kind === "jumprelu" ? 0 : 0.9),
    warmupSteps: config.warmupSteps ?? Math.min(1000, Math.floor(steps / 20)),
    auxAlpha: config.auxAlpha ?? (byK ? 1 / 32 : 0),
    auxK: config.auxK ?? Math.max(1, Math.floor(d / 2)),
    // The published 10 M rule can never trigger in a short run, hence the second argument.
    deadRows: config.deadRows ?? Math.min(10_000_000, Math.max(20 * batchSize, Math.floor(0.1 * steps * batchSize))),
    initRows: config.initRows ?? Math.min(32_768, steps * batchSize),
    scaleRows: config.scaleRows ?? Math.min(100_000, steps * batchSize),
    evalEvery: config.evalEvery ?? Math.max(1, Math.floor(steps / 10)),
    settleSteps: settleSteps(sae, steps),
  };
}

function settleSteps(sae: SaeArchitecture, steps: number): number {
  if (sae.kind === "topk") return 0;
  if (sae.kind === "batch_topk" || sae.kind === "matryoshka")
    return sae.thetaStart ?? Math.min(1000, Math.floor(steps / 2));
  return sae.penaltyWarmup ?? Math.min(2000, Math.floor(steps / 5));
}
