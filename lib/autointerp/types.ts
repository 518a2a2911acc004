import type { ExplainerName, ExplanationCost, ExplanationStatus, Scorer } from "@/lib/autointerp/schema";
import type { Account } from "@/lib/llm/types";

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
export type ScoreResult = Partial<Record<Scorer, ScorerResult>> & {
  /** What the requests to an endpoint added up to, where one judged. */
  account?: Account;
};
