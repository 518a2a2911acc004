import {
  countWaiting,
  explainedSince,
  listEvidence,
  listExplanationsBy,
  listWaiting,
  type PendingFeature,
  type SaeWithModel,
  type Waiting,
} from "@/lib/autointerp/data";
import { withRules } from "@/lib/autointerp/explainers/by-rule";
import { addCost, NO_COST } from "@/lib/autointerp/explainers/cost";
import type { ExplainContext, Explainer } from "@/lib/autointerp/explainers/explainer";
import { CONTRAST_BAND, EXPLAIN_BANDS, partPool } from "@/lib/autointerp/explainers/shown";
import { type NewExplanation, writeExplanations } from "@/lib/autointerp/mutations";
import type { ConceptKind, ExplanationEvidence } from "@/lib/autointerp/schema";
import type { ExplainPass } from "@/lib/autointerp/types";
import type { Explanation } from "@/lib/db/generated/client";
import type { JobContext } from "@/lib/jobs/define";
import type { Geometry } from "@/lib/model/types";
import { takeInTurn } from "./take-in-turn";
import { WriteTogether } from "./write-together";

/** Features explained and written together, where an explainer does not say otherwise. */
const BATCHES = { size: 32, atOnce: 1 };
/** Features read ahead, at least. */
const AHEAD = 512;
/** Features whose decoder rows have this cosine fire on the same things: one of them is explained, the others take it over. */
const SAME = 0.95;

export interface PassOptions {
  features?: readonly number[] | undefined;
  order?: Waiting["order"];
  limit?: number | undefined;
  budget?: { calls?: number | undefined; tokens?: number | undefined } | undefined;
  doubtful?: boolean;
}

/**
 * Has one explainer explain the features that wait for it, several batches under way at once where it can; each takes the next
 * features when it is through, so that a slow answer holds up nobody else. What is explained is written at once: an interrupted
 * pass goes on with the next feature, and when one batch breaks off the others end and are kept.
 */
export async function explainPass(
  ctx: Pick<JobContext, "run" | "signal" | "progress" | "saveCursor">,
  sae: SaeWithModel,
  asked: Explainer,
  context: ExplainContext,
  { features, order = "density", limit, budget, doubtful }: PassOptions,
): Promise<ExplainPass> {
  const [grid] = sae.model.geometries as unknown as Geometry[];
  // Features that somebody names are asked about, whatever is known without.
  const explainer = features ? asked : withRules(asked, grid);
  const twinsOf = features ? () => [] : nearlySame;
  const by = { explainer: explainer.name, explainerModel: explainer.model, promptVersion: explainer.promptVersion };
  const waiting: Waiting = { features, since: ctx.run.createdAt, order, doubtful };
  const { size, atOnce } = explainer.batches ?? BATCHES;
  const bands = explainer.wants.contrasts ? [...EXPLAIN_BANDS, CONTRAST_BAND] : EXPLAIN_BANDS;
  const account = async () => accountOf(explainer, await explainedSince(sae.id, by, ctx.run.createdAt));
  let now = await account();
  const before = now.features;
  const total = Math.min(limit ?? Number.POSITIVE_INFINITY, before + (await countWaiting(sae.id, by, waiting)));
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
  const writing = new WriteTogether<NewExplanation>(async (made) => {
    await writeExplanations(sae.id, by, made);
    now = withMore(now, made);
    // What was done is known from the rows; this stops an attempt that no longer owns the run.
    await ctx.saveCursor({ pass: explainer.name, done: now.features });
    report();
  });
  report();
  const next = takeInTurn(
    (besides) => listWaiting(sae.id, by, { ...waiting, besides }, Math.max(AHEAD, 4 * size * atOnce)),
    total - before,
    twinsOf,
  );
  const explain = async (list: readonly PendingFeature[]) => {
    if (list.length === 0) return [];
    const rows = await listEvidence(
      sae.id,
      list.map((f) => f.index),
      bands,
    );
    return explainer.explain(
      list.map((feature) => partPool(feature, rows, explainer.wants)),
      context,
    );
  };
  /** Of features that fire on the same things one is explained, and the others take it over; unless it has no label to give. */
  const explainOnce = async (batch: readonly PendingFeature[]): Promise<NewExplanation[]> => {
    const known = copyFrom(await listExplanationsBy(sae.id, by, batch.flatMap(twinsOf)), batch, twinsOf);
    const rest = without(batch, known);
    const first = rest.filter((f, i) => !rest.slice(0, i).some(({ index }) => twinsOf(f).includes(index)));
    const made = await explain(first);
    const taken = copyFrom(made, without(rest, first), twinsOf);
    return [...known, ...made, ...taken, ...(await explain(without(rest, [...first, ...taken])))];
  };
  let broken = false;
  const lane = async () => {
    while (!broken && !spent()) {
      ctx.signal.throwIfAborted();
      const batch = await next.take(size);
      if (batch.length === 0 || broken) return;
      try {
        await writing.add(await explainOnce(batch));
      } catch (error) {
        broken = true;
        throw error;
      } finally {
        next.settled(batch.map((f) => f.index));
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
  now = await account();
  return { explainer: explainer.name, ...now, stopped: spent() && now.features < total };
}

type Account = Pick<ExplainPass, "features" | "copied" | "statuses" | "cost">;

function withMore(account: Account, made: readonly NewExplanation[]): Account {
  const statuses = { ...account.statuses };
  for (const { status } of made) statuses[status] = (statuses[status] ?? 0) + 1;
  const cost = made.reduce((sum, e) => addCost(sum, e.cost), account.cost);
  return {
    features: account.features + made.length,
    copied: account.copied + made.filter((e) => e.evidence.sameAs !== undefined).length,
    statuses,
    cost,
  };
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

const without = (list: readonly PendingFeature[], others: readonly { index: number }[]): PendingFeature[] => {
  const known = new Set(others.map(({ index }) => index));
  return list.filter(({ index }) => !known.has(index));
};

/** Features that fire on the same things. */
function nearlySame({ neighbours }: PendingFeature): number[] {
  const near = neighbours as unknown as { index: number; cosine: number }[];
  return near.filter((n) => n.cosine >= SAME).map((n) => n.index);
}

/** Explanations that features take over from twins which have one. */
function copyFrom(
  explanations: readonly Omit<Explanation | NewExplanation, "cost">[],
  features: readonly PendingFeature[],
  twinsOf: (feature: PendingFeature) => readonly number[],
): NewExplanation[] {
  const known = new Map(explanations.filter((e) => e.status === "explained").map((e) => [e.index, e]));
  return features.flatMap((feature): NewExplanation[] => {
    const twin = twinsOf(feature).find((t) => known.has(t));
    const from = twin === undefined ? undefined : known.get(twin);
    if (!from) return [];
    const evidence = from.evidence as unknown as ExplanationEvidence;
    const { text, sentence, confidence, translations } = from;
    return [
      {
        ...{ index: feature.index, status: "explained", text, reason: null, cost: NO_COST },
        ...{ sentence: sentence ?? null, confidence: confidence ?? null },
        kind: from.kind as ConceptKind | null,
        translations: (translations ?? null) as Record<string, string> | null,
        evidence: { ...evidence, sameAs: evidence.sameAs ?? from.index },
      },
    ];
  });
}
