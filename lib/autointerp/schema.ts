import { z } from "zod";

/** How an attempt to explain a feature ended. Only "explained" has a label. */
export const EXPLANATION_STATUSES = ["explained", "declined", "unparsed", "failed", "skipped"] as const;
export type ExplanationStatus = (typeof EXPLANATION_STATUSES)[number];

/** What a label is about; column `Feature.kind`. */
export const CONCEPT_KINDS = [
  "object",
  "face",
  "activity",
  "word",
  "country",
  "sea",
  "shape",
  "color",
  "texture",
  "text",
  "mixed",
] as const;
export type ConceptKind = (typeof CONCEPT_KINDS)[number];

export const explainParamsSchema = z.object({
  saeId: z.string(),
  explainer: z.enum(["self"]).default("self"),
  /** At most this many features, densest first; all live ones when absent. */
  limit: z.number().int().min(1).optional(),
});
export type ExplainParams = z.infer<typeof explainParamsSchema>;

export const SCORERS = ["detection", "iou"] as const;
export type Scorer = (typeof SCORERS)[number];

export const scoreParamsSchema = z.object({
  saeId: z.string(),
  scorers: z.array(z.enum(SCORERS)).min(1).default(["detection", "iou"]),
  limit: z.number().int().min(1).optional(),
});
export type ScoreParams = z.infer<typeof scoreParamsSchema>;

export interface Answered {
  question: string;
  answer: string;
}

/** How well one term is supported by the answers, next to answers about regions where the feature is silent. */
export interface Support {
  term: string;
  kind: ConceptKind;
  /** The term as the model said it, e.g. "some french fries": questions about it reuse the words. */
  phrase: string;
  hits: number;
  n: number;
  contrastHits: number;
  contrastN: number;
  lift: number;
}

/** Column `Explanation.evidence` of the self explainer. */
export interface SelfEvidence {
  exemplars: { sampleId: number; band: string; rank: number; kind: "image" | "text"; answers: Answered[] }[];
  support: Support[];
  runnersUp: { term: string; hits: number; contrastHits: number }[];
}

/** Column `Explanation.cost`. */
export interface ExplanationCost {
  calls: number;
  completionTokens: number;
  ms: number;
}

/** One judged item; column `Score.receipts`. */
export interface DetectionReceipt {
  item: { sampleId: number; kind: "image" | "text"; role: "positive" | "random" | "hard"; band: string | null };
  question: string;
  expected: boolean;
  answered: boolean | null;
  right: boolean | null;
}

export interface IouReceipt {
  item: { sampleId: number };
  intersection: number;
  union: number;
  expected: string;
  answered: null;
  right: null;
}
