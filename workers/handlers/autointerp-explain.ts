import {
  countByStatus,
  countTried,
  getCollectedSae,
  listEvidence,
  listPending,
  type PendingFeature,
  type SaeWithModel,
} from "@/lib/autointerp/data";
import { atMost, CONTRAST_BAND, EXPLAIN_BANDS, partPool } from "@/lib/autointerp/explainers/shown";
import type { ExplainResult, explainJob } from "@/lib/autointerp/job";
import { type NewExplanation, writeExplanations } from "@/lib/autointerp/mutations";
import { done, type Handler } from "@/lib/jobs/define";
import { startEmbed } from "@/lib/search/meaning/mutations";
import { type OpenedExplainer, openExplainer } from "./open-explainer";
import { WriteTogether } from "./write-together";

/** Features explained and written together, where an explainer does not say otherwise. */
const BATCHES = { size: 16, atOnce: 1 };
/** Features read ahead, at least. */
const AHEAD = 128;

export const handleExplain: Handler<typeof explainJob> = async (ctx) => {
  const sae = await getCollectedSae(ctx.params.saeId);
  ctx.progress({ stage: "explain", done: 0, message: "Getting ready to ask." });
  const opened = await openExplainer(ctx, sae);
  try {
    await explainAll(ctx, sae, opened);
    await startEmbed();
    const counts = await countByStatus(sae.id);
    const count = (status: string) => counts[status] ?? 0;
    const result: ExplainResult = {
      explained: count("explained"),
      declined: count("declined"),
      unparsed: count("unparsed"),
      failed: count("failed"),
      skipped: count("skipped"),
      ...(opened.account ? { account: await opened.account() } : {}),
    };
    return done(result);
  } finally {
    await opened.close();
  }
};

/**
 * Explains the features that wait, several batches under way at once where the explainer can; each takes the next features
 * when it is through, so that a slow answer holds up nobody else. What is explained is written at once: when one batch breaks
 * off, the others end and are kept.
 */
async function explainAll(
  ctx: Parameters<typeof handleExplain>[0],
  sae: SaeWithModel,
  { explainer, context }: OpenedExplainer,
): Promise<void> {
  const { name, model, promptVersion } = explainer;
  const { size, atOnce } = explainer.batches ?? BATCHES;
  const tried = { explainer: name, since: ctx.run.createdAt };
  const before = await countTried(sae.id, tried);
  const total = Math.min(ctx.params.limit ?? Number.POSITIVE_INFINITY, before.tried + before.waiting);
  let finished = before.tried;
  const writing = new WriteTogether<NewExplanation>(async (list) => {
    await writeExplanations(sae.id, { explainer: name, explainerModel: model, promptVersion }, list);
    finished += list.length;
    // What was tried is known from the rows; this stops an attempt that no longer owns the run.
    await ctx.saveCursor({ done: finished });
    ctx.progress({ stage: "explain", done: finished, total });
  });
  ctx.progress({ stage: "explain", done: finished, total });
  const next = takeInTurn(
    (besides) => listPending(sae.id, Math.max(AHEAD, 4 * size * atOnce), tried, besides),
    total - before.tried,
  );
  let broken = false;
  const lane = async () => {
    while (!broken) {
      ctx.signal.throwIfAborted();
      const features = await next.take(size);
      if (features.length === 0) return;
      const bands = explainer.wants.contrasts ? [...EXPLAIN_BANDS, CONTRAST_BAND] : EXPLAIN_BANDS;
      const indices = features.map((f) => f.index);
      const rows = await listEvidence(sae.id, indices, bands);
      const shown = features.map((feature) => atMost(partPool(feature, rows).shown, explainer.wants));
      await writing.add(await explainer.explain(shown, context));
      next.settled(indices);
    }
  };
  const lanes = Array.from({ length: atOnce }, () =>
    lane().catch((error) => {
      broken = true;
      throw error;
    }),
  );
  for (const ended of await Promise.allSettled(lanes)) if (ended.status === "rejected") throw ended.reason;
}

/** Hands out features that wait, each once, `most` in all; several may ask at a time. */
function takeInTurn(read: (besides: number[]) => Promise<PendingFeature[]>, most: number) {
  const underWay = new Set<number>();
  let ahead: PendingFeature[] = [];
  let left = most;
  let turn: Promise<unknown> = Promise.resolve();
  const takeNow = async (n: number): Promise<PendingFeature[]> => {
    const wanted = Math.min(n, left);
    if (ahead.length < wanted) ahead = await read([...underWay]);
    const taken = ahead.splice(0, wanted);
    for (const { index } of taken) underWay.add(index);
    left -= taken.length;
    return taken;
  };
  return {
    take(n: number): Promise<PendingFeature[]> {
      const taken = turn.then(() => takeNow(n));
      turn = taken.catch(() => {});
      return taken;
    },
    /** What was handed out is written: what waits is known from its row again. */
    settled(indices: readonly number[]): void {
      for (const index of indices) underWay.delete(index);
    },
  };
}
