import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { saeParams, slugSchema } from "@/lib/features/schema";
import { geometrySchema } from "@/lib/samples/schema";

/** Named formulas of one group of rows, as the SAE was measured: fvu, ev, l0, dead, ... */
const formulasSchema = z.record(z.string(), z.unknown());

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
