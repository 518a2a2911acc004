import {
  type ExplainerName,
  type ExplanationCost,
  type ExplanationStatus,
  explainParamsSchema,
  scoreParamsSchema,
} from "@/lib/autointerp/schema";
import { defineJob } from "@/lib/jobs/define";
import type { Account } from "@/lib/llm/types";

export const explainJob = defineJob({
  name: "explain",
  summary: "Says what features stand for: by captions first, then by asking a model about their regions.",
  schema: explainParamsSchema,
  lane: "batch",
});

export const scoreJob = defineJob({
  name: "score",
  summary:
    "Tests labels on held-out samples: detection by a judge, overlap with true regions, both with shuffled labels.",
  schema: scoreParamsSchema,
  lane: "batch",
});

/** What an explain run answers: features by how their attempt ended. */
export interface ExplainResult extends Record<ExplanationStatus, number> {
  /** One for each explainer that worked. */
  passes: ExplainPass[];
  /** What the requests to an endpoint added up to, failed and lost ones included. */
  account?: Account;
}

/** What one explainer did in a run. */
export interface ExplainPass {
  explainer: ExplainerName;
  features: number;
  /** Of them, those that took over the explanation of a feature that fires on the same things. */
  copied: number;
  statuses: Partial<Record<ExplanationStatus, number>>;
  /** Everything that was asked, the comparison regions included. */
  cost: ExplanationCost;
  /** The budget ended it before all features had their turn. */
  stopped: boolean;
}

/** What a score run answers. */
export interface ScoreResult {
  detection: { scored: number; void: number; mean: number | null; control: number | null };
  iou: { scored: number; mean: number | null; control: number | null };
}
