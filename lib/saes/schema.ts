import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { saeParams, slugSchema } from "@/lib/features/schema";
import { measuredSchema } from "@/lib/measure/schema";
import { geometrySchema } from "@/lib/samples/schema";

/** Named formulas of one group of rows, as the SAE was measured: fvu, ev, l0, dead, ... */
const formulasSchema = z.record(z.string(), z.unknown());

const figure = z.number().nullable();

/** Figures by which SAEs are compared, each by the name of its formula. */
export const saeFiguresSchema = z
  .object({
    rows: figure.describe("held-out rows of fvu, l0, dead and cos"),
    fvu: figure,
    l0: figure.describe("mean"),
    dead: figure.describe("share"),
    cos: figure,
    tokens: figure.describe("answer tokens of the recovered figures"),
    ce_recovered_zero: figure,
    ce_recovered_mean: figure,
    kl_recovered_zero: figure,
    kl_recovered_mean: figure,
  })
  .meta({ id: "SaeFigures" });
export type SaeFigures = z.infer<typeof saeFiguresSchema>;
/** Rows that figures are of, or whose hidden states are replaced. */
export type SaeGroup = "all" | "image" | "text";

export const saeSummarySchema = z
  .object({
    ref: z.string(),
    model: z.string(),
    slug: z.string(),
    site: z.string(),
    architecture: z.string(),
    d: z.int(),
    n: z.int(),
    k: z.int(),
    status: z.string(),
    dataset: z.string().nullable(),
    hash: z.string(),
    evidence: z.string().nullable(),
    nLive: z.int(),
    nExplained: z.int(),
    bestDetection: z.number().nullable(),
    fvu: z.number().nullable().describe("on held-out rows of all modalities"),
    figures: z
      .object({ all: saeFiguresSchema, image: saeFiguresSchema, text: saeFiguresSchema })
      .describe("of all rows, image rows, text rows"),
    monosemanticity: figure.describe("mean over features, all-images baseline not subtracted"),
    conceptShare: figure.describe("share of known concepts that some feature finds with F1 above 0.5"),
    createdAt: z.string(),
  })
  .meta({ id: "SaeSummary" });
export type SaeSummary = z.infer<typeof saeSummarySchema>;

export const curvePointSchema = z.record(z.string(), z.number().nullable());
export type CurvePoint = z.infer<typeof curvePointSchema>;

export const saeSchema = saeSummarySchema
  .extend({
    counts: z.record(z.string(), z.int()).describe("features by status"),
    evidenceN: z.record(z.string(), z.unknown()).nullable(),
    metrics: z.object({ rows: z.number().nullable(), groups: z.record(z.string(), formulasSchema) }).nullable(),
    conceptF1: z.unknown(),
    measured: measuredSchema.describe("what measure runs found"),
    maxValue: z.number().describe("largest activation of any feature"),
    curves: z.array(curvePointSchema),
    densities: z
      .object({ edges: z.array(z.number()), counts: z.array(z.int()), silent: z.int() })
      .describe("log10 of the share of positions that fire"),
    config: z.record(z.string(), z.unknown()),
    columnsUrl: z.string().nullable().describe("leads to the columns of all features; null above a million features"),
  })
  .meta({ id: "Sae" });
export type SaeDetail = z.infer<typeof saeSchema>;

/** Latents by log10 of their firing rate on held-out rows; those that never fired stand apart. */
export interface SaeDensity {
  edges: [number, number];
  counts: number[];
  never: number;
}

/** An SAE as the page that compares them draws it. */
export interface ComparedSae extends SaeSummary {
  density: SaeDensity | null;
  /** Training log: at most a hundred points. */
  curves: CurvePoint[];
  concepts: { share: number | null; unseen: number | null; n: number } | null;
  baseline: number | null; // of the monosemanticity
}

export const modelSchema = z
  .object({
    slug: z.string(),
    title: z.string(),
    kind: z.enum(["vlm", "vision", "text"]),
    hash: z.string(),
    layers: z.int(),
    dModel: z.int(),
    sites: z.array(z.string()),
    geometries: z.array(geometrySchema),
    saes: z.array(saeSummarySchema),
  })
  .meta({ id: "Model" });
export type ModelCard = z.infer<typeof modelSchema>;

export const listModelsContract = contract({
  method: "GET",
  path: "/models",
  summary: "Models with their SAEs",
  tag: "models",
  query: z.object({ kind: z.enum(["vlm", "vision", "text"]).optional() }),
  response: z.object({ items: z.array(modelSchema), nextCursor: z.null() }),
});

export const getModelContract = contract({
  method: "GET",
  path: "/models/{model}",
  summary: "One model with its SAEs",
  tag: "models",
  params: z.object({ model: slugSchema }),
  response: modelSchema,
  errors: ["NOT_FOUND"],
});

export const listSaesContract = contract({
  method: "GET",
  path: "/saes",
  summary: "SAEs of all models, or of one",
  tag: "saes",
  query: z.object({ model: z.string().optional(), site: z.string().optional() }),
  response: z.object({ items: z.array(saeSummarySchema), nextCursor: z.null() }),
});

export const getSaeContract = contract({
  method: "GET",
  path: "/saes/{model}/{sae}",
  summary: "One SAE: sizes, counts, quality by modality with the names of the formulas, training curves",
  tag: "saes",
  params: saeParams,
  response: saeSchema,
  errors: ["NOT_FOUND"],
});
