import { explainParamsSchema, type Scorer, scoreParamsSchema } from "@/lib/autointerp/schema";
import { defineJob } from "@/lib/jobs/define";

export const explainJob = defineJob({
  name: "explain",
  summary: "Asks an explainer what the regions of each feature show and turns its answers into one label.",
  schema: explainParamsSchema,
  lane: "batch",
});

export const scoreJob = defineJob({
  name: "score",
  summary:
    "Tests explanations on samples that no explainer saw: does a judge tell by them what fires and where; with other features' explanations as control.",
  schema: scoreParamsSchema,
  lane: "batch",
});

/** What an explain run answers: features by how their attempt ended. */
export type ExplainResult = Record<"explained" | "declined" | "unparsed" | "failed" | "skipped", number>;

/** What one scorer came to in a score run. */
export interface ScorerResult {
  scored: number;
  /** Explanations, or features, that have no score, by the reason. */
  leftOut: { reason: string; n: number }[];
  mean: number | null;
  /** Mean of the same under other features' explanations; null for scorers that need no explanation. */
  control: number | null;
}

/** What a score run answers, for each scorer that was asked for. */
export type ScoreResult = Partial<Record<Scorer, ScorerResult>>;
