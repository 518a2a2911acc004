import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { featureRowSchema } from "@/lib/features/list/schema";
import { runSchema } from "@/lib/runs/schema";
import { geometrySchema } from "@/lib/samples/schema";
import { conversationFields } from "@/lib/steering/schema";

/** Features of the whole input that are told with their names. */
export const MOST_TOLD = 200;

const saeRef = z.string().regex(/^[^/\s]+\/[^/\s]+$/, "An SAE is named `<model>/<sae>`.");

export const inspectParamsSchema = z
  .object({
    in: z.array(saeRef).min(1).max(4).describe("SAEs of one model"),
    image: conversationFields.image,
    text: z
      .string()
      .max(20_000)
      .default("")
      .describe("with an image, the question that is asked about it; alone, a text that is read plainly"),
    topOverall: z.int().min(1).max(1000).default(MOST_TOLD),
    topPerPosition: z.int().min(0).max(64).default(8),
    maxTokens: z.int().min(0).max(256).default(48).describe("longest answer to a question; 0 for none"),
  })
  .refine(({ image, text }) => image !== null || text.trim() !== "", "Give an image, a text, or both.")
  .meta({ id: "InspectRequest" });
export type InspectParams = z.output<typeof inspectParamsSchema>;

/** One feature that fires on the input. */
export const firedSchema = z.object({
  ...featureRowSchema.pick({ ref: true, index: true, label: true, status: true, kind: true, flags: true }).shape,
  density: z.number(),
  aRef: z.number(),
  peak: z.number(),
  mean: z.number().describe("over all positions"),
  area: z.number().describe("share of positions where it fires"),
  peakAt: z.int().describe("position of the peak"),
});
export type Fired = z.infer<typeof firedSchema>;

export const inspectSaeSchema = z.object({
  sae: z.string(),
  site: z.string(),
  nFired: z.int(),
  overall: z.array(firedSchema).describe("strongest first, by peak as a share of aRef"),
  perPosition: z
    .array(z.array(z.tuple([z.int(), z.number()])))
    .describe("[feature, value] of each position, strongest first"),
  unexplained: z
    .array(z.number())
    .describe("|h - xhat|^2 / |h - c|^2 of each position: what the SAE misses, c being its decoder bias"),
  codesUrl: z.string(),
});
export type InspectSae = z.infer<typeof inspectSaeSchema>;

const answerTokenSchema = z.object({
  text: z.string(),
  logprob: z.number(),
  top: z.array(z.object({ token: z.string(), logprob: z.number() })).describe("likeliest tokens at this place"),
});

export const inspectResultSchema = z
  .object({
    tokens: z.array(
      z.object({ id: z.int(), text: z.string(), kind: z.enum(["text", "image", "special"]), cell: z.int().optional() }),
    ),
    geometry: geometrySchema.nullable(),
    image: z.object({ width: z.int(), height: z.int() }).nullable(),
    saes: z.array(inspectSaeSchema),
    answer: z.object({ text: z.string(), tokens: z.array(answerTokenSchema) }).nullable(),
  })
  .meta({ id: "InspectResult" });
export type InspectResult = z.infer<typeof inspectResultSchema>;

export const inspectContract = contract({
  method: "POST",
  path: "/inspect",
  summary:
    "Everything that fires on an image, a text, or both; equal requests on equal versions answer the run that exists",
  tag: "lab",
  scope: "compute",
  status: 202,
  query: z.object({ fresh: z.stringbool().default(false).describe("run again even if an equal run exists") }),
  body: inspectParamsSchema,
  response: runSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT", "TOO_MANY_TOKENS", "NO_WORKER"],
});

const runParams = z.object({ id: z.string() });

export const codesContract = contract({
  method: "GET",
  path: "/runs/{id}/codes",
  summary:
    "Every value of an inspection, by feature: U32 `feature` `ptr`, U16 `pos`, U8 `q`, F32 `scale` `ref` `density`",
  tag: "lab",
  cache: "immutable",
  params: runParams,
  query: z.object({ sae: saeRef.optional().describe("the first one when left out") }),
  produces: "application/octet-stream",
  errors: ["NOT_FOUND", "RUN_NOT_DONE"],
});

export const SORTS = ["specificity", "strength", "rarity"] as const;

const regionSchema = z.union([
  z.string().describe("cells of the image: bits in base64url, row-major, the first cell in the highest bit"),
  z.array(z.int().min(0)).describe("positions of tokens"),
]);

export const regionQueryContract = contract({
  method: "POST",
  path: "/runs/{id}/query",
  summary: "Features that stand out in a region A against B, from the values that an inspection stored",
  tag: "lab",
  scope: "read",
  params: runParams,
  body: z.object({
    sae: saeRef.optional(),
    a: regionSchema,
    b: regionSchema.optional().describe("all outside A when left out"),
    sort: z.enum(SORTS).default("specificity"),
    exclude: z.array(z.string()).default([]).describe("flags of features to leave out"),
    limit: z.int().min(1).max(200).default(50),
  }),
  response: z.object({
    items: z.array(
      z.object({
        ref: z.string(),
        label: z.string().nullable(),
        a: z.number().describe("mean over A"),
        b: z.number().describe("mean over B"),
        score: z.number().describe("(a - b) / aRef"),
      }),
    ),
  }),
  errors: ["NOT_FOUND", "RUN_NOT_DONE", "BAD_REGION"],
});
