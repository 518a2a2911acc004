import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { FACETS, PLACES, shortcutSchema, twinSchema, wordsSchema } from "@/lib/exemplars/schema";
import { geometrySchema, imageSchema } from "@/lib/samples/schema";

export const BANDS = ["top", "b5", "b4", "b3", "b2", "b1", "miss"] as const;
export type BandId = (typeof BANDS)[number];

export const slugSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "A slug has lower-case letters, digits, dots, dashes.");
export const indexSchema = z.coerce.number().int().min(0);
export const saeParams = z.object({ model: slugSchema, sae: slugSchema });
export const featureParams = saeParams.extend({ index: indexSchema });

export const scoreSchema = z
  .object({
    value: z.number(),
    lo: z.number().nullable(),
    hi: z.number().nullable(),
    control: z.number().nullable().describe("the same score under another feature's explanation"),
    n: z.int(),
    nMissing: z.int().describe("items without a readable answer"),
  })
  .meta({ id: "ScoreSummary" });
export type ScoreSummary = z.infer<typeof scoreSchema>;

/** A text in other languages, by their codes. */
export const translationsSchema = z
  .record(z.string(), z.string())
  .describe("the text in other languages, by their codes");
export type Translations = z.infer<typeof translationsSchema>;

/** One item behind a score, with what can be shown of it. */
export const receiptSchema = z.object({
  kind: z.enum(["image", "text"]).describe("what was judged; text may be the words of a conversation about an image"),
  role: z.string(),
  band: z.string().nullable(),
  question: z.string().nullable(),
  expected: z.string(),
  answered: z.string().nullable(),
  right: z.boolean().nullable(),
  /** Overlap with the true mask, for localisation. */
  iou: z.number().nullable(),
  /** What the judge saw of the image: all else was hidden. Bit i of the bytes is cell i of the grid. */
  region: z
    .object({ rows: z.int(), cols: z.int(), affine: z.array(z.number()), cells: z.string().describe("base64") })
    .nullable(),
  /** Intruder: the trial of five images that it is of, from 1; what was said of it; the share of the answer it got. */
  trial: z.int().nullable(),
  said: z.string().nullable(),
  picked: z.number().nullable(),
  /** Simulation: each token with what the feature did there and what was foretold, 0 to 10. */
  simulated: z
    .object({
      tokens: z.array(z.string()),
      actual: z.array(z.number()),
      predicted: z.array(z.number()).nullable(),
    })
    .nullable(),
  image: imageSchema.nullable(),
  /** Of a pair: the other image, which is silent. */
  other: imageSchema.nullable(),
  text: z.string().nullable(),
});
export type Receipt = z.infer<typeof receiptSchema>;

export const explanationSchema = z
  .object({
    id: z.string(),
    text: z.string().nullable(),
    status: z.enum(["explained", "declined", "unparsed", "failed", "skipped"]),
    reason: z.string().nullable(),
    explainer: z.string(),
    explainerModel: z.string().nullable(),
    promptVersion: z.string(),
    kind: z.string().nullable(),
    sentence: z.string().nullable().describe("what the text means, in a sentence"),
    confidence: z.number().nullable().describe("how sure the explainer says it is, 0 to 1"),
    translations: translationsSchema.optional(),
    cost: z
      .object({ calls: z.number(), promptTokens: z.number(), completionTokens: z.number(), ms: z.number() })
      .nullable()
      .describe("what the explainer asked for it; null for people"),
    sameAs: z
      .int()
      .nullable()
      .describe("number of the feature that it was taken over from: both fire on the same things"),
    evidence: z.unknown().describe("the exemplars used and the answers given"),
    author: z.string().nullable(),
    isLabel: z.boolean(),
    pinned: z.boolean().describe("a person chose it as the label"),
    votes: z.object({ up: z.int(), down: z.int() }),
    createdAt: z.string(),
    scores: z.record(z.string(), scoreSchema.extend({ id: z.string() })),
  })
  .meta({ id: "Explanation" });
export type Explanation = z.infer<typeof explanationSchema>;

export const exemplarSchema = z
  .object({
    band: z.enum(BANDS).or(z.enum(["mean", "twin"])),
    rank: z.int(),
    sample: z.int(),
    pool: z.enum(["explain", "score"]),
    peak: z.number(),
    peakAt: z.tuple([z.int(), z.int()]).or(z.int()).describe("[row, column], or the index of a token"),
    mean: z.number(),
    area: z.number(),
    nearDuplicates: z.int().nullable().describe("further samples of its group of near-duplicates, folded into it"),
    scale: z.number().describe("value of code 255"),
    image: imageSchema.nullable(),
    geometry: z.string().nullable(),
    grid: z.string().describe("base64, one byte per cell or token"),
    tokens: z.array(z.string()).nullable(),
    offset: z.int(),
    why: z.enum(["alike", "almost"]).nullable(),
    resembles: z.int().nullable().describe("near misses: rank of the exemplar that it looks like"),
    facet: z.enum(FACETS).nullable().describe("band twin: in which way the feature is met there"),
  })
  .meta({ id: "Exemplar" });
export type Exemplar = z.infer<typeof exemplarSchema>;

export const bandSchema = z.object({
  id: z.enum(["b5", "b4", "b3", "b2", "b1"]),
  lo: z.number(),
  hi: z.number(),
  n: z.int(),
  nText: z.int(),
  share: z.number(),
});
export type Band = z.infer<typeof bandSchema>;

export const exemplarsSchema = z
  .object({
    geometries: z.array(geometrySchema),
    scale: z.number(),
    aRef: z.number(),
    population: z.int().describe("samples that fire"),
    band: z.object({
      id: z.enum(BANDS).or(z.literal("twin")),
      lo: z.number(),
      hi: z.number(),
      share: z.number(),
      n: z.int(),
    }),
    items: z.array(exemplarSchema),
  })
  .meta({ id: "Exemplars" });
export type Exemplars = z.infer<typeof exemplarsSchema>;

export const neighbourSchema = z.object({
  ref: z.string(),
  index: z.int(),
  label: z.string().nullable(),
  status: z.string(),
  value: z.number().describe("cosine, Jaccard index, lower end of the lift, or correlation"),
  strip: z.string().nullable(),
});
export type Neighbour = z.infer<typeof neighbourSchema>;

export const partnerSchema = neighbourSchema
  .extend({
    lift: z.number().describe("P(j, k) / (P(j) P(k)) over peaks"),
    n: z.int().describe("peaks of this feature at which the other one was there"),
    place: z.enum(PLACES),
  })
  .meta({ id: "Partner" });
export type Partner = z.infer<typeof partnerSchema>;

const companySchema = z.object({
  peaks: z.int().describe("peaks of this feature that were looked at, each in another image or text"),
  same: z.array(partnerSchema).describe("in the same patch, or at the same token"),
  adjacent: z.array(partnerSchema).describe("in one of the 8 patches around it, or at the token before or after it"),
  elsewhere: z.array(partnerSchema),
});
export type Company = z.infer<typeof companySchema>;

const firesWithSchema = companySchema.extend({
  text: companySchema.nullable().describe("the same along the tokens of texts; null when it was not collected yet"),
});
export type FiresWith = z.infer<typeof firesWithSchema>;

const histogramSchema = z.object({
  zero: z.number(),
  zeroSamples: z.number(),
  edges: z.array(z.number()),
  counts: z.array(z.number()),
  image: z.array(z.number()),
  text: z.array(z.number()),
});
export type Histogram = z.infer<typeof histogramSchema>;

const effectSchema = z.array(z.tuple([z.string(), z.number()]));

export const featureSchema = z
  .object({
    ref: z.string(),
    model: z.string(),
    sae: z.string(),
    index: z.int(),
    label: z.object({
      text: z.string().nullable(),
      status: z.string(),
      explanation: z.string().nullable(),
      translations: translationsSchema.optional(),
    }),
    kind: z.string().nullable(),
    density: z.number(),
    densityImage: z.number(),
    densityText: z.number(),
    max: z.number(),
    mean: z.number(),
    std: z.number(),
    aRef: z.number(),
    nFiring: z.int(),
    nSamples: z.int().nullable(),
    imageShare: z.number(),
    crossModal: z.number().nullable(),
    flags: z.array(z.string()),
    tags: z.array(z.string()),
    scores: z.record(z.string(), scoreSchema).describe("those of the label"),
    ownScores: z
      .record(z.string(), scoreSchema.extend({ id: z.string() }))
      .describe("scores that need no explanation, such as `intruder`"),
    histogram: histogramSchema,
    logits: z.object({ up: effectSchema, down: effectSchema }).nullable(),
    positionMap: z.string().nullable().describe("base64, rows x cols of the base view, 255 = the strongest cell"),
    bands: z.array(bandSchema),
    geometries: z.array(geometrySchema),
    exemplars: exemplarsSchema,
    explanations: z.array(explanationSchema),
    neighbours: z.array(neighbourSchema),
    firesWith: firesWithSchema.nullable(),
    words: wordsSchema.nullable(),
    shortcut: shortcutSchema.nullable(),
    twin: twinSchema.nullable(),
    strip: z.string().nullable(),
    provenance: z.object({
      site: z.string(),
      architecture: z.string(),
      normalisation: z.string(),
      dataset: z.string().nullable(),
      modelFolder: z.string().nullable().describe("where the model lies below the project; null elsewhere"),
      checkpoint: z.string().nullable().describe("where the SAE's weights lie below the project; null elsewhere"),
      evidence: z.record(z.string(), z.unknown()).nullable(),
    }),
    versions: z.object({ sae: z.string(), evidence: z.string().nullable(), feature: z.int() }),
  })
  .meta({ id: "Feature" });
export type Feature = z.infer<typeof featureSchema>;

export const atSchema = z
  .string()
  .regex(/^[0-9a-f]{8}\.[0-9a-f]{8}$/, "Versions are written <sae8>.<evidence8>.")
  .optional()
  .describe("versions of SAE and evidence: `<sae8>.<evidence8>`; 410 when they are no longer kept");

export const getFeatureContract = contract({
  method: "GET",
  path: "/features/{model}/{sae}/{index}",
  summary: "One feature with its first band of evidence",
  tag: "features",
  params: featureParams,
  query: z.object({ at: atSchema }),
  response: featureSchema,
  errors: ["NOT_FOUND", "VERSION_GONE"],
});

export const exemplarsQuery = z.object({
  band: z
    .enum([...BANDS, "twin"])
    .default("top")
    .describe("twin: the strongest samples of each facet"),
  by: z.enum(["peak", "mean"]).default("peak"),
  modality: z.enum(["auto", "image", "text", "both"]).default("auto"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ExemplarsQuery = z.infer<typeof exemplarsQuery>;

export const listExemplarsContract = contract({
  method: "GET",
  path: "/features/{model}/{sae}/{index}/exemplars",
  summary: "Samples of one band: the strongest, a fifth of the range, or near misses",
  tag: "features",
  params: featureParams,
  query: exemplarsQuery.extend({ at: atSchema }),
  response: exemplarsSchema,
  errors: ["NOT_FOUND", "VERSION_GONE"],
});

export const listExplanationsContract = contract({
  method: "GET",
  path: "/features/{model}/{sae}/{index}/explanations",
  summary: "Every explanation of a feature with its scores",
  tag: "explanations",
  params: featureParams,
  response: z.object({ items: z.array(explanationSchema), nextCursor: z.null() }),
  errors: ["NOT_FOUND"],
});

export const getScoreContract = contract({
  method: "GET",
  path: "/scores/{id}",
  summary: "One score with every item behind it",
  tag: "explanations",
  params: z.object({ id: z.string() }),
  response: scoreSchema.extend({ id: z.string(), scorer: z.string(), receipts: z.array(receiptSchema) }),
  errors: ["NOT_FOUND"],
});
export type ScoreDetail = z.infer<NonNullable<typeof getScoreContract.response>>;
