import { countByStatus, getCollectedSae } from "@/lib/autointerp/data";
import type { explainJob } from "@/lib/autointerp/job";
import { EXPLANATION_STATUSES } from "@/lib/autointerp/schema";
import type { ExplainPass, ExplainResult } from "@/lib/autointerp/types";
import { done, type Handler } from "@/lib/jobs/define";
import { startEmbed } from "@/lib/search/meaning/mutations";
import { explainPass, type PassOptions } from "./explain-pass";
import { type OpenedExplainer, openCaptions, openEndpoint, openLocal } from "./open-explainer";

export const handleExplain: Handler<typeof explainJob> = async (ctx) => {
  const { explainer: name, limit, features, budget } = ctx.params;
  const sae = await getCollectedSae(ctx.params.saeId);
  const passes: ExplainPass[] = [];
  let account: ExplainResult["account"];
  const pass = async (opening: Promise<OpenedExplainer | null>, options: PassOptions) => {
    const opened = await opening;
    if (!opened) return;
    try {
      const { explainer, context } = opened;
      passes.push(await explainPass(ctx, sae, explainer, context, { features, ...options }));
      account = (await opened.account?.()) ?? account;
    } finally {
      await opened.close();
    }
  };
  ctx.progress({ stage: name, done: 0, message: "Getting ready." });
  if (name === "captions" || name === "pipeline") await pass(openCaptions(ctx, sae), {});
  if (name === "pipeline") {
    await pass(openLocal(ctx, sae, "pipeline"), { order: "need", limit, budget });
    // The large model sees what is in doubt after all that costs less, with what is left of the budget.
    const rest = budget && leftOf(budget, passes);
    if (rest !== null) await pass(openEndpoint(ctx, sae, true), { order: "need", doubtful: true, limit, budget: rest });
  }
  if (name === "self" || name === "paper") await pass(openLocal(ctx, sae, name), { limit, budget });
  if (name === "endpoint") await pass(openEndpoint(ctx, sae), { limit, budget });
  await startEmbed();
  const counts = await countByStatus(sae.id);
  const statuses = EXPLANATION_STATUSES.map((status) => [status, counts[status] ?? 0]);
  return done({ ...Object.fromEntries(statuses), passes, ...(account ? { account } : {}) } as ExplainResult);
};

/** What some passes have left of a budget; null when nothing. */
function leftOf({ calls, tokens }: NonNullable<PassOptions["budget"]>, passes: readonly ExplainPass[]) {
  const sum = (of: (pass: ExplainPass) => number) => passes.reduce((n, pass) => n + of(pass), 0);
  const leftCalls = calls === undefined ? undefined : calls - sum(({ cost }) => cost.calls);
  const leftTokens =
    tokens === undefined ? undefined : tokens - sum(({ cost }) => cost.promptTokens + cost.completionTokens);
  if ((leftCalls ?? 1) <= 0 || (leftTokens ?? 1) <= 0) return null;
  return { calls: leftCalls, tokens: leftTokens };
}
