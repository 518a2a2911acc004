import { z } from "zod";
import { defineJob } from "@/lib/jobs/define";
import { SAE_KINDS } from "@/lib/sae/config";

export const cacheJob = defineJob({
  name: "cache",
  summary: "Runs a data set through the model up to one site and stores the hidden states there.",
  schema: z.object({ model: z.string(), dataset: z.string(), site: z.string() }),
  lane: "batch",
});

/** What a cache run answers. */
export interface CacheResult {
  store: string;
  examples: number;
  rows: number;
  imageRows: number;
  textRows: number;
}

export const trainJob = defineJob({
  name: "train",
  summary: "Trains a sparse autoencoder on cached hidden states and measures it on held-out samples.",
  schema: z.object({
    model: z.string(),
    dataset: z.string(),
    site: z.string(),
    /** Width of the site; the decoder's by default. */
    width: z.number().int().min(1).optional(),
    slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
    architecture: z.enum(SAE_KINDS).default("topk"),
    n: z.number().int().min(1),
    /** Active latents per row, exactly or on average; a ReLU SAE has none. */
    k: z.number().int().min(1),
    steps: z.number().int().min(1),
    batchSize: z.number().int().min(1).default(4096),
    seed: z.number().int().default(0),
    /** Reads hidden states that a cache run stored, or taps the model as it goes, for data sets too large to store. */
    source: z.enum(["cache", "model"]).default("cache"),
  }),
  lane: "batch",
});

/** What a train run answers. */
export interface TrainResult {
  saeId: string;
  slug: string;
  fvu: number | null;
  l0: number | null;
  dead: number | null;
}
