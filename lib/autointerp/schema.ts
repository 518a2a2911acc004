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
  scorers: z.array(z.enum(SCORERS)).min(1).default(["detection", "iou", "simulation"]),
  /** The label of each feature only, or every explanation that it has. */
  which: z.enum(["labels", "all"]).default("labels"),
  /** Who judges: the loaded model, or the model behind EXPLAINER_BASE_URL, which understands any words. */
  judge: z.enum(["model", "endpoint"]).default("model"),
  /** Numbers of the features to score; all explained ones when absent. */
  features: z.array(z.number().int().min(0)).min(1).max(1000).optional(),
  /** At most this many features, densest first. */
  limit: z.number().int().min(1).optional(),
});
export type ScoreParams = z.infer<typeof scoreParamsSchema>;
/** The same with what has a default left out. */
export type ScoreInput = z.input<typeof scoreParamsSchema>;

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
  /** Told by a rule from where it fires: `everywhere` without asking anybody, `place` after nobody had named a thing. */
  rule?: "everywhere" | "place";
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
  item: {
    sampleId: number;
    kind: "image" | "text";
    role: "positive" | "random" | "hard" | "neighbour";
    band: string | null;
  };
  question: string;
  expected: boolean;
  answered: boolean | null;
  right: boolean | null;
}

/** A region of an image on the model's grid: bit i of byte i >> 3 is cell i, base64. */
export interface StoredRegion {
  rows: number;
  cols: number;
  cells: string;
}

/** One judged region. Negatives: the region moved to where the feature is silent, or that of another feature. */
export interface FuzzingReceipt {
  item: { sampleId: number; kind: "image"; role: "positive" | "moved" | "company"; band: string | null };
  region: StoredRegion;
  question: string;
  expected: boolean;
  answered: boolean | null;
  right: boolean | null;
}

/** One image of an intruder trial; the intruder is the one that is expected. `picked` is the share of the answer it got. */
export interface IntruderReceipt {
  item: { sampleId: number; kind: "image"; role: "same" | "intruder"; band: string | null };
  trial: number;
  region: StoredRegion;
  question: string;
  /** What was seen there, or the number that was named. */
  said: string | null;
  picked: number | null;
  expected: boolean;
  answered: boolean | null;
  right: boolean | null;
}

/** One text whose activations were predicted. */
export interface SimulationReceipt {
  item: { sampleId: number; kind: "text"; role: "positive" | "hard" | "random"; band: string | null };
  tokens: string[];
  /** Per token, of the strongest value of the feature, 0 to 10. */
  actual: number[];
  /** Per token, 0 to 10; null when the answer could not be read. */
  predicted: number[] | null;
  question: string;
  expected: string;
  answered: null;
  right: null;
}

export interface IouReceipt {
  item: { sampleId: number };
  intersection: number;
  union: number;
  expected: string;
  answered: null;
  right: null;
}

/** What a score keeps of its items. */
export type StoredReceipt = DetectionReceipt | FuzzingReceipt | IntruderReceipt | SimulationReceipt | IouReceipt;
