import type { ExplainerName, ExplainParams, ScoreParams, Scorer } from "../schema";
import type { ExplainOverview } from "./schema";

/** What a feature is taken to cost before an explainer has worked on the SAE: questions about as decision 0014 counts them. */
const CALLS: Record<ExplainerName, number> = { captions: 0, pipeline: 2.5, self: 4, paper: 4.5, endpoint: 1 };
const QUESTION_TOKENS = 10;
const ANSWER_TOKENS: Record<ExplainerName, number> = { captions: 0, pipeline: 4, self: 4, paper: 4, endpoint: 120 };
/** The images that an endpoint is sent in one question. */
const ENDPOINT_IMAGES = 13;
const MS_PER_CALL = 100;

/** @param cells image tokens of one image */
export function assumedCost(explainer: ExplainerName, cells: number) {
  const calls = CALLS[explainer];
  const images = explainer === "endpoint" ? ENDPOINT_IMAGES : 1;
  return {
    calls,
    promptTokens: calls * (images * cells + QUESTION_TOKENS),
    completionTokens: calls * ANSWER_TOKENS[explainer],
    ms: explainer === "endpoint" ? 2000 : Math.max(5, calls * MS_PER_CALL),
  };
}

export interface Estimate {
  features: number;
  calls: number;
  promptTokens: number;
  completionTokens: number;
  ms: number;
  /** In the currency of the prices; null when none are set. */
  price: number | null;
  measured: boolean;
  /** The budget ends it before all features have had their turn. */
  short: boolean;
}

/**
 * What explaining would cost.
 * @param limit features that a model is asked about at most
 * @param budget calls or tokens after which it ends
 */
export function estimateOf(
  overview: Pick<ExplainOverview, "offered" | "price">,
  explainer: string,
  limit: number | null,
  budget: NonNullable<ExplainParams["budget"]> | null = null,
): Estimate | null {
  const offer = overview.offered.find((o) => o.explainer === explainer);
  if (!offer) return null;
  const { calls, promptTokens, completionTokens, ms } = offer.perFeature;
  const wanted = Math.min(limit ?? Number.POSITIVE_INFINITY, offer.waiting);
  const within = (most: number | undefined, each: number) =>
    most === undefined || each === 0 ? Number.POSITIVE_INFINITY : Math.floor(most / each);
  const paid = Math.min(within(budget?.calls, calls), within(budget?.tokens, promptTokens + completionTokens));
  const features = Math.min(wanted, paid);
  const { price } = overview;
  const each =
    price && explainer === "endpoint"
      ? (promptTokens * price.prompt + completionTokens * price.completion) / 1e6
      : null;
  return {
    features,
    calls: features * calls,
    promptTokens: features * promptTokens,
    completionTokens: features * completionTokens,
    ms: features * ms,
    price: each === null ? null : features * each,
    measured: offer.measuredOn > 0,
    short: paid < wanted,
  };
}

/** Explainers as people read them. */
export const EXPLAINER_WORDS: Record<string, { name: string; does: string }> = {
  pipeline: {
    name: "pipeline",
    does: "captions first, then as few questions to the model as the evidence needs, the least sure features first",
  },
  captions: {
    name: "captions",
    does: "words of captions and tags that are frequent where it fires and rare elsewhere; asks no model",
  },
  self: { name: "the model itself", does: "the loaded model says what each region shows" },
  paper: { name: "paper", does: "the form of arXiv 2411.14982, to compare with: five masked images, no contrast" },
  endpoint: {
    name: "endpoint",
    does: "a larger model behind EXPLAINER_BASE_URL sees images, regions, strengths and silent images",
  },
  human: { name: "people", does: "written by hand" },
};

/** Questions about one explanation and its control, at most: twenty items each; trials need no explanation. */
const SCORE_QUESTIONS: Record<Scorer, { model: number; endpoint: number }> = {
  detection: { model: 40, endpoint: 40 },
  fuzzing: { model: 40, endpoint: 40 },
  // Masks and rules of words answer for the model; an endpoint points at what has no mask, and foretells tokens.
  iou: { model: 0, endpoint: 40 },
  simulation: { model: 0, endpoint: 32 },
  intruder: { model: 25, endpoint: 5 },
};

/**
 * Questions that scoring asks at most; fewer where features share samples, whose answers are asked for once.
 * @param limit features at most
 */
export function mostQuestions(
  { explained, explainers }: Pick<ExplainOverview, "explained" | "explainers">,
  {
    scorers,
    which,
    judge,
    limit,
  }: Required<Pick<ScoreParams, "scorers" | "which" | "judge">> & { limit: number | null },
): { features: number; questions: number } {
  const features = Math.min(limit ?? Number.POSITIVE_INFINITY, explained);
  const all = explainers.reduce((sum, { statuses }) => sum + (statuses.explained ?? 0), 0);
  const each = which === "all" && explained > 0 ? Math.max(1, all / explained) : 1;
  const per = (scorer: Scorer) => (scorer === "intruder" ? 1 : each) * SCORE_QUESTIONS[scorer][judge];
  return { features, questions: Math.round(features * scorers.reduce((sum, scorer) => sum + per(scorer), 0)) };
}
