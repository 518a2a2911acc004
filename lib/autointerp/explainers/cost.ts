import type { Reply } from "@/lib/autointerp/reader";
import type { ExplanationCost } from "@/lib/autointerp/schema";

export const NO_COST: ExplanationCost = { calls: 0, promptTokens: 0, completionTokens: 0, ms: 0 };

export function addCost(a: ExplanationCost, b: ExplanationCost): ExplanationCost {
  return {
    calls: a.calls + b.calls,
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    ms: a.ms + b.ms,
  };
}

/** What some replies cost; a failed question counts as a call without tokens, because none were billed. */
export function costOf(replies: readonly Reply[]): ExplanationCost {
  return replies.reduce((sum, reply) => {
    const tokens = reply.state === "failed" ? { promptTokens: 0, completionTokens: 0 } : reply;
    return addCost(sum, { calls: 1, ms: reply.ms, ...tokens });
  }, NO_COST);
}
