import {
  countWaiting,
  type ExplainedBy,
  explainedSince,
  listEvidence,
  listExplanationsBy,
  listWaiting,
  type PendingFeature,
  type SaeWithModel,
  type Waiting,
} from "@/lib/autointerp/data";
import { addCost, NO_COST } from "@/lib/autointerp/explainers/cost";
import type { ExplainContext, Explainer } from "@/lib/autointerp/explainers/explainer";
import { EXPLAIN_BANDS, partPool } from "@/lib/autointerp/explainers/shown";
import type { ExplainPass } from "@/lib/autointerp/job";
import { type NewExplanation, writeExplanations } from "@/lib/autointerp/mutations";
import type { ConceptKind, ExplainParams, ExplanationEvidence } from "@/lib/autointerp/schema";
import type { JobContext } from "@/lib/jobs/define";

/** Features chosen together; within them those that are explained and written together. */
const PAGE = 512;
const BATCH = 32;
/** Features whose decoder rows have this cosine fire on the same things: one of them is explained, the others take it over. */
const SAME = 0.95;

interface PassOptions {
  features?: readonly number[] | undefined;
  order?: Waiting["order"];
  limit?: number | undefined;
  budget?: ExplainParams["budget"];
}

/**
 * Has one explainer explain the features that wait for it, batch by batch. Everything that is done is in the database, so an
 * interrupted pass goes on with the next feature; the account is summed over what is stored.
 */
export async function explainPass(
  ctx: Pick<JobContext, "run" | "signal" | "progress">,
  sae: SaeWithModel,
  explainer: Explainer,
  context: ExplainContext,
  { features, order = "density", limit, budget }: PassOptions,
): Promise<ExplainPass> {
  const by = { explainer: explainer.name, explainerModel: explainer.model, promptVersion: explainer.promptVersion };
  const since = ctx.run.createdAt;
  const waiting: Waiting = { features, since, order };
  const asksNobody = explainer.setUp === undefined && explainer.name === "captions";
  const account = async () => accountOf(explainer, await explainedSince(sae.id, by, since));
  let now = await account();
  const total = Math.min(limit ?? Number.POSITIVE_INFINITY, now.features + (await countWaiting(sae.id, by, waiting)));
  const spent = () =>
    (budget?.calls !== undefined && now.cost.calls >= budget.calls) ||
    (budget?.tokens !== undefined && now.cost.promptTokens + now.cost.completionTokens >= budget.tokens);
  const report = () =>
    ctx.progress({
      stage: explainer.name,
      done: now.features,
      total,
      metrics: { explained: now.statuses.explained ?? 0, calls: now.cost.calls },
    });
  report();
  let page: PendingFeature[] = [];
  while (now.features < total && !spent()) {
    ctx.signal.throwIfAborted();
    if (page.length === 0) page = await listWaiting(sae.id, by, waiting, Math.min(PAGE, total - now.features));
    const batch = page.splice(0, BATCH);
    if (batch.length === 0) break;
    const copies = asksNobody ? [] : await copiesFor(sae.id, by, batch);
    const copied = new Set(copies.map((c) => c.index));
    const rest = batch.filter((f) => !copied.has(f.index));
    const indices = rest.map((f) => f.index);
    const rows = await listEvidence(sae.id, indices, EXPLAIN_BANDS);
    const shown = rest.map((feature) => partPool(feature, rows, explainer.wants));
    const made = [...(await explainer.explain(shown, context)), ...copies];
    await writeExplanations(sae.id, by, made);
    now = withMore(now, made, copies.length);
    report();
  }
  now = await account();
  return { explainer: explainer.name, ...now, stopped: spent() && now.features < total };
}

type Account = Pick<ExplainPass, "features" | "copied" | "statuses" | "cost">;

function withMore(account: Account, made: readonly NewExplanation[], copied: number): Account {
  const statuses = { ...account.statuses };
  for (const { status } of made) statuses[status] = (statuses[status] ?? 0) + 1;
  const cost = made.reduce((sum, e) => addCost(sum, e.cost), account.cost);
  return { features: account.features + made.length, copied: account.copied + copied, statuses, cost };
}

function accountOf({ setUp = NO_COST }: Explainer, rows: Awaited<ReturnType<typeof explainedSince>>): Account {
  return {
    features: rows.reduce((sum, r) => sum + r.n, 0),
    copied: rows.reduce((sum, r) => sum + r.copied, 0),
    statuses: Object.fromEntries(rows.map((r) => [r.status, r.n])) as ExplainPass["statuses"],
    cost: rows.reduce((sum, { calls, promptTokens, completionTokens, ms }) => {
      return addCost(sum, { calls, promptTokens, completionTokens, ms });
    }, setUp),
  };
}

/** Explanations that features take over from one that fires on the same things and has been explained by the same explainer. */
async function copiesFor(saeId: string, by: ExplainedBy, batch: readonly PendingFeature[]): Promise<NewExplanation[]> {
  const twins = new Map(
    batch.map(({ index, neighbours }) => {
      const near = neighbours as unknown as { index: number; cosine: number }[];
      return [index, near.filter((n) => n.cosine >= SAME).map((n) => n.index)];
    }),
  );
  const wanted = [...twins.values()].flat();
  if (wanted.length === 0) return [];
  const known = new Map((await listExplanationsBy(saeId, by, wanted)).map((e) => [e.index, e]));
  return batch.flatMap(({ index }): NewExplanation[] => {
    const twin = twins.get(index)?.find((t) => known.has(t));
    const from = twin === undefined ? undefined : known.get(twin);
    if (!from) return [];
    const evidence = from.evidence as unknown as ExplanationEvidence;
    const { text, sentence, confidence, translations } = from;
    return [
      {
        ...{ index, status: "explained", text, sentence, confidence, reason: null, cost: NO_COST },
        kind: from.kind as ConceptKind | null,
        translations: translations as Record<string, string> | null,
        evidence: { ...evidence, sameAs: evidence.sameAs ?? from.index },
      },
    ];
  });
}
