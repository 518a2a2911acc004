import { z } from "zod";

/** How an attempt to explain a feature ended. Only "explained" has a label. */
export const EXPLANATION_STATUSES = ["explained", "declined", "unparsed", "failed", "skipped"] as const;
export type ExplanationStatus = (typeof EXPLANATION_STATUSES)[number];

/** Kinds of concepts; column `Feature.kind`. */
export const CONCEPT_KINDS = [
  "scene",
  "object",
  "part",
  "material",
  "texture",
  "colour",
  "shape",
  "text",
  "feeling",
  "activity",
  "position",
  "other",
] as const;
export type ConceptKind = (typeof CONCEPT_KINDS)[number];

/** What a term is in the language of answers, which tells how it can be asked for. `text` is a token of a text. */
export const TERM_KINDS = ["object", "face", "word", "country", "sea", "color", "texture", "text"] as const;
export type TermKind = (typeof TERM_KINDS)[number];

export const EXPLAINERS = ["captions", "self", "paper", "endpoint", "pipeline"] as const;
export type ExplainerName = (typeof EXPLAINERS)[number];

export const explainParamsSchema = z.object({
  saeId: z.string(),
  /** `pipeline`: captions for all features first, then questions to the model, the least sure first. */
  explainer: z.enum(EXPLAINERS).default("pipeline"),
  /** A model is asked about at most so many features; about all live ones when absent. */
  limit: z.number().int().min(1).optional(),
  /** Only these, whether they have been explained or not. */
  features: z.array(z.number().int().min(0)).min(1).max(10_000).optional(),
  /** No more questions once this is spent; what is explained by then stays. */
  budget: z
    .object({ calls: z.number().int().min(1).optional(), tokens: z.number().int().min(1).optional() })
    .optional(),
});
export type ExplainParams = z.infer<typeof explainParamsSchema>;

export const SCORERS = ["detection", "fuzzing", "iou", "simulation", "intruder"] as const;
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
  kind: TermKind;
  /** The term as the model said it, e.g. "some french fries": questions about it reuse the words. */
  phrase: string;
  hits: number;
  n: number;
  contrastHits: number;
  contrastN: number;
  lift: number;
}

/** A label held against samples that its explainer had not been shown; too few to be a score. */
export interface LabelCheck {
  label: string;
  /** Whether images or texts were asked about. */
  kind: "image" | "text";
  /** Samples told right. */
  right: number;
  /** Samples; none when there was no check, of which `reason` says why. */
  n: number;
  balancedAccuracy: number | null;
  /** Those told wrong: they fire and the label does not fit them, or they are silent and it does. */
  wrong: { sampleId: number; fires: boolean }[];
  reason?: string;
  /** Why no other label was held against it, although this one was wrong about some. */
  noOther?: string;
}

/** Column `Explanation.evidence`: what the explainer was shown and what it made of it. */
export interface ExplanationEvidence {
  exemplars: { sampleId: number; band: string; rank: number; kind: "image" | "text"; answers: Answered[] }[];
  /** The terms of the label with their support, best first; empty where the explainer only gives words. */
  support: Support[];
  runnersUp: { term: string; hits: number; contrastHits: number }[];
  /** The feature whose explanation this is, because it fires on the same things. */
  sameAs?: number;
  /** The answer as it came, kept when it could not be read or was refused. */
  raw?: string;
  /** The first label, and the one that was to be better, each held against the same samples. */
  checks?: LabelCheck[];
}

/** Column `Explanation.cost`. */
export interface ExplanationCost {
  /** Questions asked. */
  calls: number;
  promptTokens: number;
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
