import { z } from "zod";
import { canonicalJson, sha256 } from "@/lib/core/hash";

/**
 * What a store holds and how it was made (docs/protocols/activation-shards.md). No timestamps and no absolute paths:
 * the folder is named by the hash of this object, so equal work is found again.
 */
export const manifestSchema = z.object({
  format: z.literal("fovea-activations/1"),
  model: z.string().min(1), // slug or repository
  revision: z.string(), // hash of the model's files
  hookpoint: z.string().min(1), // e.g. layers.4.resid_post
  d: z.number().int().positive(),
  dtype: z.enum(["F16", "F32"]),
  views: z.array(z.string()), // names of the image views whose tokens are stored, e.g. ["base"]
  template: z.string(), // chat template or prompt rule, or a hash of it
  seed: z.number().int(),
  dataset: z.object({ id: z.string(), sha256: z.string() }),
  rows_flagged: z.object({ bos: z.boolean(), norm_factor: z.number().positive() }),
});
export type StoreManifest = z.infer<typeof manifestSchema>;

const countsSchema = z.object({
  kinds: z.array(z.number().int().min(0)).length(5), // rows by kind number
  flagged: z.number().int().min(0), // rows with any flag
});

export const shardSchema = z.object({
  name: z.string().regex(/^\d{6}$/), // acts-<name>.bin and rows-<name>.bin
  rows: z.number().int().positive(),
  examples: z.number().int().positive(),
  sha256: z.string().length(64), // of the acts file followed by the rows file
  counts: countsSchema,
});
export type ShardEntry = z.infer<typeof shardSchema>;

export const shardsSchema = z.object({
  manifest_sha256: z.string().length(64),
  median_norm: z.number().min(0), // reference of the outlier flag, from the first rows
  complete: z.boolean(), // no more examples will come
  shards: z.array(shardSchema),
});
export type ShardList = z.infer<typeof shardsSchema>;

const viewSchema = z.object({
  name: z.string(),
  grid: z.tuple([z.number().int(), z.number().int()]), // rows, columns
  affine: z.array(z.number()).length(6), // unit square of the view to image pixels
  first: z.number().int(), // position of the view's first token
  count: z.number().int(),
});

export const exampleSchema = z.object({
  example: z.number().int().min(0),
  image_id: z.string().nullable(),
  prompt: z.string(),
  views: z.array(viewSchema),
  rows: z.number().int().positive(),
});
/** One line of examples.jsonl. */
export type ExampleRecord = z.infer<typeof exampleSchema>;

/** SHA-256 of the canonical manifest; its first 16 digits name the store's folder. */
export function manifestHash(manifest: StoreManifest): string {
  return sha256(canonicalJson(manifestSchema.parse(manifest)));
}

export const storeName = (manifest: StoreManifest): string => manifestHash(manifest).slice(0, 16);

/** Bytes per stored value. */
export const dtypeBytes = (dtype: StoreManifest["dtype"]): number => (dtype === "F16" ? 2 : 4);
