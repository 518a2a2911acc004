import { z } from "zod";

const figure = z.number().nullable();
const perArm = z.object({ sae: z.number(), zero: z.number(), mean: z.number() });

/** Figures of lib/sae/ce-sums.ts, in nats per token. */
export const ceFiguresSchema = z.object({
  tokens: z.int(),
  ce: perArm.extend({ clean: z.number() }).describe("mean cross-entropy per token, in nats"),
  kl: perArm.describe("mean divergence from the clean model's distribution, in nats"),
  ce_recovered_zero: figure.describe("(CE_sae - CE_zero) / (CE_clean - CE_zero)"),
  ce_recovered_mean: figure.describe("the same against the mean of the modality"),
  kl_recovered_zero: figure.describe("1 - KL(clean, sae) / KL(clean, zero)"),
  kl_recovered_mean: figure,
});

const targetsSchema = z.object({ answer: ceFiguresSchema.nullable(), text: ceFiguresSchema.nullable() });

/** What was measured on: a data set, of which training saw nothing where `heldOut`. */
const measuredOn = { dataset: z.string(), heldOut: z.boolean() };

export const ceSchema = z
  .object({
    ...measuredOn,
    examples: z.int(),
    image: targetsSchema.describe("hidden states replaced at image tokens"),
    text: targetsSchema.describe("at all other tokens"),
    all: targetsSchema,
  })
  .meta({ id: "SaeCrossEntropy" });

const spreadSchema = z.object({
  features: z.int(),
  mean: figure,
  p10: figure,
  p50: figure,
  p90: figure,
});

export const monosemanticitySchema = z
  .object({
    ...measuredOn,
    images: z.int(),
    embedding: z
      .string()
      .describe("`truth` of the scenes, or the slug of the vision model that images were compared by"),
    leastImages: z.int().describe("features that fire in fewer images are left out"),
    baseline: figure.describe("of a feature that fires equally in every image"),
    plain: spreadSchema,
    minMax: spreadSchema.describe("activations of each feature scaled to 0..1 before, as published"),
    best: z.array(z.tuple([z.int(), z.number()])).describe("features with the highest (plain), with their score"),
  })
  .meta({ id: "SaeMonosemanticity" });

const conceptFigures = z.object({ concepts: z.int(), found: z.int(), share: figure, meanF1: figure });

export const conceptSummarySchema = conceptFigures
  .extend({ scenes: z.int(), liveFeatures: z.int(), featureShare: figure, unseen: conceptFigures })
  .meta({ id: "SaeConceptF1" });

/** What a measure run found of an SAE; parts that were not measured are null. */
export const measuredSchema = z
  .object({
    ce: ceSchema.nullable(),
    monosemanticity: monosemanticitySchema.nullable(),
    concepts: conceptSummarySchema.nullable(),
  })
  .meta({ id: "SaeMeasured" });

export type CeMeasure = z.infer<typeof ceSchema>;
export type MonosemanticityMeasure = z.infer<typeof monosemanticitySchema>;
export type ConceptMeasure = z.infer<typeof conceptSummarySchema>;
export type Measured = z.infer<typeof measuredSchema>;

export const measureParamsSchema = z.object({
  saeId: z.string().describe("an SAE by its id, or as <model>/<sae>"),
  dataset: z.string().optional().describe("samples to measure on; by default those of its evidence or its training"),
  examples: z.int().min(0).max(100_000).default(200).describe("samples for the cross-entropy; 0 leaves it out"),
  scenes: z
    .int()
    .min(0)
    .max(100_000)
    .default(8000)
    .describe("scenes of the built-in world for the concepts, and as many in an unseen style; 0 leaves them out"),
  images: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(5000)
    .describe("images for the monosemanticity, at most; 0 leaves it out"),
  encoder: z.string().optional().describe("vision model that compares images; else the first one, else known truth"),
});
export type MeasureParams = z.infer<typeof measureParamsSchema>;
