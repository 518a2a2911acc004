import { z } from "zod";

/** Bands of exemplars, in the order in which a reader moves down: strongest first, then silent ones; `twin` has the best of each facet. */
export const BANDS = ["top", "mean", "b5", "b4", "b3", "b2", "b1", "miss", "twin"] as const;
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

/**
 * Where a feature fires that fires with another one: in the same cell, in one of the 8 around it, elsewhere in the image; of a text
 * at the same token, at the one before or after it, elsewhere.
 */
export const PLACES = ["same", "adjacent", "elsewhere"] as const;
export type Place = (typeof PLACES)[number];

/** Ways in which a feature can be met: two kinds of picture, a word in a picture, and two kinds of text. */
export const FACETS = ["picture", "drawing", "sign", "caption", "chat"] as const;
export type Facet = (typeof FACETS)[number];

/** Partners by place, and the peaks looked at: up to 64 images, or texts, where the feature fires. */
const companySchema = z.object({
  peaks: z.number().int(),
  places: z.record(
    z.enum(PLACES),
    z.array(z.object({ index: z.number().int(), lift: z.number(), lo: z.number(), n: z.number().int() })),
  ),
});
export type Company = z.infer<typeof companySchema>;

/** Column `Feature.relations`. */
export const relationsSchema = companySchema.extend({
  /** The same along the tokens of texts; absent from what was collected before it was counted. */
  text: companySchema.optional(),
  /** Features that have the same images at the top: `shared` of them, `value` = Jaccard index. */
  images: z.array(z.object({ index: z.number().int(), value: z.number(), shared: z.number().int() })),
});
export type Relations = z.infer<typeof relationsSchema>;

/** Column `Feature.words`: words that are more frequent in captions and texts where the feature fires. */
export const wordsSchema = z.object({
  /** Samples looked at. */
  samples: z.number().int(),
  words: z.array(z.object({ word: z.string(), lift: z.number(), n: z.number().int() })),
});
export type Words = z.infer<typeof wordsSchema>;

/** Column `Feature.shortcut`: how one-sided the samples are where the feature fires. */
export const shortcutSchema = z.object({
  samples: z.number().int(),
  /** Entropy of the tags there / entropy of the tags of the corpus; null without tags. */
  tagEntropy: z.number().nullable(),
  /** Share of the firing samples that repeat another one. */
  nearDuplicates: z.number(),
  largestSource: z.object({ name: z.string(), share: z.number(), corpusShare: z.number() }).nullable(),
  verdict: z.enum(["low", "medium", "high"]),
});
export type Shortcut = z.infer<typeof shortcutSchema>;

/** Column `Feature.twin`: facets in which the feature fires, with the samples that show it. */
export const twinSchema = z.array(
  z.object({
    facet: z.enum(FACETS),
    n: z.number().int(),
    /** Samples of the corpus that could show it. */
    of: z.number().int(),
    peak: z.number(),
    samples: z.array(z.number().int()),
  }),
);
export type Twin = z.infer<typeof twinSchema>;
