import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { commaList } from "@/lib/core/paging";
import { saeParams, translationsSchema } from "../schema";

/** Columns that sort and filter by range. */
export const NUMBER_COLUMNS = [
  "density",
  "max",
  "mean",
  "detection",
  "localisation",
  "human",
  "disagreement",
  "imageShare",
  "crossModal",
  "nFiring",
] as const;
export type NumberColumn = (typeof NUMBER_COLUMNS)[number];

export const SORTS = ["index", "label", ...NUMBER_COLUMNS] as const;
export type SortColumn = (typeof SORTS)[number];

const rangeText = z
  .string()
  .regex(/^[-+.\deE]*?\.\.[-+.\deE]*$/, "A range is written a..b; either end may be left open.")
  .optional();
const listText = z.string().max(400).optional();

export const filtersSchema = z.object({
  q: z.string().max(200).optional(),
  density: rangeText,
  max: rangeText,
  mean: rangeText,
  detection: rangeText,
  localisation: rangeText,
  human: rangeText,
  disagreement: rangeText,
  imageShare: rangeText,
  crossModal: rangeText,
  nFiring: rangeText,
  modality: z
    .enum(["auto", "image", "text", "both"])
    .optional()
    .describe("image: at least 9 of 10 firings on image tokens; text: at most 1 of 10"),
  kind: listText,
  status: listText,
  flags: listText,
  only: commaList(
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  )
    .optional()
    .describe("numbers of features, by comma"),
});
export type Filters = z.infer<typeof filtersSchema>;

export const sortSchema = z
  .string()
  .regex(/^-?[A-Za-z]+$/)
  .default("index")
  .describe("a column; a leading minus sorts downwards; empty values come last");

export const listQuery = filtersSchema.extend({
  sort: sortSchema,
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  facets: z.string().optional().describe("columns to count, by comma: kind, status"),
  said: z.literal("1").optional().describe("1: with what every explainer says of each feature"),
});
export type ListQuery = z.infer<typeof listQuery>;

export const featureRowSchema = z
  .object({
    ref: z.string(),
    index: z.int(),
    label: z.string().nullable(),
    translations: translationsSchema.optional(),
    said: z
      .array(z.object({ explainer: z.string(), text: z.string(), translations: translationsSchema.optional() }))
      .optional()
      .describe("what every explainer says, the label first; only when asked for"),
    status: z.string(),
    kind: z.string().nullable(),
    density: z.number(),
    max: z.number(),
    aRef: z.number(),
    nFiring: z.int(),
    imageShare: z.number(),
    crossModal: z.number().nullable(),
    scores: z.object({
      detection: z.number().nullable(),
      localisation: z.number().nullable(),
      human: z.number().nullable(),
    }),
    flags: z.array(z.string()),
    strip: z.string().nullable(),
  })
  .meta({ id: "FeatureRow" });
export type FeatureRow = z.infer<typeof featureRowSchema>;

export const featurePageSchema = z.object({
  items: z.array(featureRowSchema),
  nextCursor: z.string().nullable(),
  total: z.int(),
  facets: z.record(z.string(), z.record(z.string(), z.int())).optional(),
});
export type FeaturePage = z.infer<typeof featurePageSchema>;

export const listFeaturesContract = contract({
  method: "GET",
  path: "/features/{model}/{sae}",
  summary: "Features of an SAE, sorted and filtered, by keyset pages",
  tag: "features",
  params: saeParams,
  query: listQuery,
  response: featurePageSchema,
  errors: ["CURSOR_MISMATCH", "UNKNOWN_SORT", "NOT_FOUND"],
});

export const randomFeatureContract = contract({
  method: "GET",
  path: "/features/{model}/{sae}/random",
  summary: "A live feature that passes the filters, uniformly",
  tag: "features",
  cache: "none",
  params: saeParams,
  query: filtersSchema.extend({
    seed: z.coerce.number().int().optional(),
    n: z.coerce.number().int().min(1).max(50).default(1),
  }),
  response: z.object({ items: z.array(z.string()) }),
  errors: ["NOT_FOUND"],
});
