/** What runs of explaining and scoring answer, for pages. */
export type { ExplainPass, ExplainResult, ScoreResult, ScorerResult } from "./job";
