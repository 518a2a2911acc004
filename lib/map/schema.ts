import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { saeParams } from "@/lib/features/schema";

export const mapParamsSchema = z.object({
  saeId: z.string().describe("an SAE by its id, or as <model>/<sae>"),
  neighbours: z.number().int().min(3).max(50).default(15).describe("nearest directions that shape the layout"),
  landmarks: z
    .number()
    .int()
    .min(32)
    .max(65_536)
    .default(16_384)
    .describe("most features that are laid out; the others are placed by their nearest ones among these"),
});
export type MapParams = z.infer<typeof mapParamsSchema>;

export const clusterSchema = z
  .object({
    id: z.int(),
    label: z.string().describe("what its features have in common that others have not"),
    x: z.number().describe("densest place, 0..1"),
    y: z.number(),
    n: z.int().describe("features in it"),
  })
  .meta({ id: "MapCluster" });
export type MapCluster = z.infer<typeof clusterSchema>;

/** How the map of an SAE was made; places are on the features' rows. */
export const saeMapSchema = z
  .object({
    method: z.string(),
    seed: z.int(),
    n: z.int().describe("features on the map"),
    live: z.int().describe("features that fire; the map holds the most frequent of them"),
    neighbours: z.int(),
    landmarks: z
      .int()
      .optional()
      .describe("features that were laid out, drawn evenly; the others lie by their nearest of these"),
    clusters: z.array(clusterSchema).describe("largest first"),
  })
  .meta({ id: "SaeMap" });
export type SaeMap = z.infer<typeof saeMapSchema>;

export const clustersContract = contract({
  method: "GET",
  path: "/saes/{model}/{sae}/clusters",
  summary: "Clusters of the map of an SAE, largest first; places of the features are columns of its index",
  tag: "saes",
  params: saeParams,
  response: z.object({ items: z.array(clusterSchema), map: saeMapSchema.omit({ clusters: true }).nullable() }),
  errors: ["NOT_FOUND"],
});
