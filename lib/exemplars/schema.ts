import { z } from "zod";

/** Bands of exemplars, in the order in which a reader moves down: strongest first, then silent ones. */
export const BANDS = ["top", "mean", "b5", "b4", "b3", "b2", "b1", "miss"] as const;
export type Band = (typeof BANDS)[number];
export const VALUE_BANDS = ["b5", "b4", "b3", "b2", "b1"] as const satisfies readonly Band[];

/** A feature with fewer firing samples gets no exemplars and no explanation: it is "too rare", never padded. */
export const MIN_FIRING = 10;

/** One fifth of (0, aRef]: `n` image samples and `nText` texts have their peak in (lo, hi]; share of all firing ones. */
export const valueBandSchema = z.object({
  id: z.enum(VALUE_BANDS),
  lo: z.number(),
  hi: z.number(),
  n: z.number().int(),
  nText: z.number().int(),
  share: z.number(),
});
export type ValueBand = z.infer<typeof valueBandSchema>;

/** Column `Feature.histogram`. Counts are positions (image cells and text tokens); edges are log spaced, raw units. */
export const histogramSchema = z.object({
  edges: z.array(z.number()),
  counts: z.array(z.number().int()),
  image: z.array(z.number().int()),
  text: z.array(z.number().int()),
  /** Positions where the feature is exactly zero. */
  zero: z.number().int(),
  /** Samples where it is silent. */
  zeroSamples: z.number().int(),
  bands: z.array(valueBandSchema),
});
export type FeatureHistogram = z.infer<typeof histogramSchema>;

/** Column `Sae.evidenceN`: what the features were collected on. */
export const evidenceSchema = z.object({
  images: z.number().int(),
  texts: z.number().int(),
  samples: z.number().int(),
  imageTokens: z.number().int(),
  textTokens: z.number().int(),
  /** Samples that repeat the content of an earlier one: counted in no ranking. */
  duplicates: z.number().int(),
  cache: z.string(),
  site: z.string(),
});
export type EvidenceN = z.infer<typeof evidenceSchema>;
