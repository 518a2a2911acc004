import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { featureParams } from "@/lib/features/schema";

/** Features that are compared at once. */
export const MOST_COMPARED = 4;

export const refSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}\/[a-z0-9][a-z0-9._-]{0,63}\/\d{1,9}$/,
    "A feature is named <model>/<sae>/<number>.",
  );

const overlapSchema = z.object({
  both: z.int(),
  a: z.int(),
  b: z.int(),
  jaccard: z.number().nullable().describe("both over either; null when neither has any"),
});

export const pairSchema = z
  .object({
    a: z.string(),
    b: z.string(),
    cosine: z.number().nullable().describe("of the decoder directions; null at different sites"),
    top: overlapSchema.describe("among the strongest images of each"),
    firing: overlapSchema
      .nullable()
      .describe("among all samples that fire; null on different data, or without stored codes"),
  })
  .meta({ id: "ComparedPair" });
export type ComparedPair = z.infer<typeof pairSchema>;

export const compareContract = contract({
  method: "GET",
  path: "/compare",
  summary: "What each two of 2 to 4 features have in common: direction, strongest images, samples that fire",
  tag: "features",
  query: z.object({
    f: z
      .string()
      .transform((text) => text.split(",").filter(Boolean))
      .pipe(z.array(refSchema).min(2).max(MOST_COMPARED))
      .describe("refs, by comma"),
  }),
  response: z.object({ items: z.array(pairSchema), nextCursor: z.null() }),
  errors: ["NOT_FOUND"],
});

export const vectorContract = contract({
  method: "GET",
  path: "/features/{model}/{sae}/{index}/vector",
  summary: "The decoder or encoder direction of a feature: float32, little-endian, or JSON",
  tag: "features",
  params: featureParams,
  query: z.object({
    part: z.enum(["decoder", "encoder"]).default("decoder"),
    format: z.enum(["bytes", "json"]).default("bytes"),
  }),
  produces: "application/octet-stream",
  errors: ["NOT_FOUND"],
});
