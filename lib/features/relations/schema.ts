import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { PLACES } from "@/lib/exemplars/schema";
import { geometrySchema, imageSchema } from "@/lib/samples/schema";
import { featureParams, neighbourSchema } from "../schema";

export const neighboursQuery = z.object({
  by: z
    .enum(["decoder", "images", "firing", "otherSae"])
    .default("decoder")
    .describe("decoder cosine; the same top images; what fires with it; other SAEs of the model on the same images"),
  place: z
    .enum([...PLACES, "any"])
    .default("any")
    .describe("with by=firing: where the other one fires, of where this one peaks"),
  ground: z
    .enum(["image", "text"])
    .default("image")
    .describe("with by=firing: over patches of images, or tokens of texts"),
  limit: z.coerce.number().int().min(1).max(40).default(10),
});
export type NeighboursQuery = z.infer<typeof neighboursQuery>;

/** Why an SAE could not be compared. */
export const NOT_COMPARED = ["not_collected", "other_data", "not_cached"] as const;
const notComparedSchema = z.object({ sae: z.string(), reason: z.enum(NOT_COMPARED) });
export type NotCompared = z.infer<typeof notComparedSchema>;

const relatedSchema = neighbourSchema.extend({
  lift: z.number().nullable(),
  n: z.int().nullable().describe("images or peaks in common"),
  place: z.enum(PLACES).nullable(),
});
export type Related = z.infer<typeof relatedSchema>;

export const neighboursContract = contract({
  method: "GET",
  path: "/features/{model}/{sae}/{index}/neighbours",
  summary: "Features that are near: by direction, by images, by firing together, or in another SAE",
  tag: "features",
  params: featureParams,
  query: neighboursQuery,
  response: z.object({ items: z.array(relatedSchema), notCompared: z.array(notComparedSchema), nextCursor: z.null() }),
  errors: ["NOT_FOUND"],
});

/** The same images under another SAE: the feature whose values there go with this one's, and where it fires. */
const relativeSchema = z.object({
  sae: z.string(),
  site: z.string(),
  n: z.int(),
  feature: neighbourSchema
    .nullable()
    .describe("value = correlation over the cells of the images; null when none fires with it"),
  aRef: z.number(),
  scale: z.number(),
  grids: z.array(z.string()).describe("base64 per image: one byte per cell"),
});
export type Relative = z.infer<typeof relativeSchema>;

export const lineageSchema = z
  .object({
    images: z.array(z.object({ rank: z.int(), image: imageSchema, geometry: geometrySchema })),
    own: z.object({ aRef: z.number(), scale: z.number(), grids: z.array(z.string()) }),
    relatives: z.array(relativeSchema),
    notCompared: z.array(notComparedSchema),
  })
  .meta({ id: "Lineage" });
export type Lineage = z.infer<typeof lineageSchema>;

export const lineageContract = contract({
  method: "GET",
  path: "/features/{model}/{sae}/{index}/lineage",
  summary: "The top images of a feature under the other SAEs of its model",
  tag: "features",
  params: featureParams,
  response: lineageSchema,
  errors: ["NOT_FOUND"],
});
