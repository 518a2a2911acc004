import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { featureRowSchema, filtersSchema } from "@/lib/features/list/schema";

export const searchQuery = filtersSchema.omit({ q: true, only: true }).extend({
  q: z.string().max(200).default(""),
  in: z.string().max(140).optional().describe("`<model>` or `<model>/<sae>`"),
  mode: z.enum(["both", "text", "meaning", "effect"]).default("both"),
  sign: z
    .enum(["up", "down"])
    .default("up")
    .describe("mode effect: features that make the word likelier, or less likely"),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(25),
});
export type SearchQuery = z.infer<typeof searchQuery>;

/** Why a feature was found: which of its texts matched, and how well (1 is exact). */
export const reasonSchema = z.object({
  part: z.enum(["label", "translation", "tags", "explanation", "similar", "index", "effect", "firing", "meaning"]),
  text: z.string(),
  score: z.number(),
});
export type Reason = z.infer<typeof reasonSchema>;

export const hitSchema = featureRowSchema.extend({ why: z.array(reasonSchema) });
export type Hit = z.infer<typeof hitSchema>;

export const searchResultSchema = z.object({
  items: z.array(hitSchema),
  nextCursor: z.string().nullable(),
  total: z.int(),
  capped: z.boolean().describe("true when more match than were ranked: `total` is at least so many"),
  facets: z.record(z.string(), z.record(z.string(), z.int())),
  degraded: z.enum(["meaning"]).nullable().describe("`meaning`: no embedder is set, only words were searched"),
  suggestions: z.array(z.string()).describe("words that do occur, when nothing was found"),
});
export type SearchResult = z.infer<typeof searchResultSchema>;

export const searchContract = contract({
  method: "GET",
  path: "/search",
  summary:
    "Features by words (labels, tags, other explanations; beginnings and misspellings), by meaning, or by the word they make likelier",
  tag: "search",
  query: searchQuery,
  response: searchResultSchema,
  errors: ["CURSOR_MISMATCH", "EMBEDDER_FAILED"],
});
