import {
  countByStatus,
  getCollectedSae,
  listEvidence,
  listPending,
  listRegionSample,
  type SaeWithModel,
} from "@/lib/autointerp/data";
import type { ExplainContext, Explainer } from "@/lib/autointerp/explainers/explainer";
import { openSelfExplainer } from "@/lib/autointerp/explainers/self";
import { atMost, EXPLAIN_BANDS, partPool } from "@/lib/autointerp/explainers/shown";
import type { ExplainResult, explainJob } from "@/lib/autointerp/job";
import { localReader } from "@/lib/autointerp/local-reader";
import { writeExplanations } from "@/lib/autointerp/mutations";
import { done, type Handler } from "@/lib/jobs/define";
import { openLanguageModel } from "@/lib/model/open";
import { startEmbed } from "@/lib/search/meaning/mutations";
import { shownSamples } from "./shown-samples";

/** Features explained and written together. */
const BATCH = 16;
/** Regions of other features that every label is compared with. */
const CONTRASTS = 160;

type Cursor = { done: number };

export const handleExplain: Handler<typeof explainJob> = async (ctx) => {
  const sae = await getCollectedSae(ctx.params.saeId);
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const context = shownSamples(ctx, (image) => model.geometryFor(image));
    const waitingBefore = ((await countByStatus(sae.id)).pending ?? 0) + ((ctx.cursor as Cursor | null)?.done ?? 0);
    const total = Math.min(ctx.params.limit ?? Number.POSITIVE_INFINITY, waitingBefore);
    let finished = (ctx.cursor as Cursor | null)?.done ?? 0;
    ctx.progress({ stage: "explain", done: finished, total, message: "Looking at regions of all kinds first." });
    const sample = {
      regions: await listRegionSample(sae.id, "image", CONTRASTS),
      texts: await listRegionSample(sae.id, "text", CONTRASTS),
    };
    const explainer = await openSelfExplainer(localReader(model), sample, context);
    while (finished < total) {
      ctx.signal.throwIfAborted();
      const n = await explainBatch(sae, explainer, Math.min(BATCH, total - finished), context);
      if (n === 0) break;
      finished += n;
      await ctx.saveCursor({ done: finished } satisfies Cursor);
      ctx.progress({ stage: "explain", done: finished, total });
    }
    await startEmbed();
    const counts = await countByStatus(sae.id);
    const count = (status: string) => counts[status] ?? 0;
    const result: ExplainResult = {
      explained: count("explained"),
      declined: count("declined"),
      unparsed: count("unparsed"),
      failed: count("failed"),
      skipped: count("skipped"),
    };
    return done(result);
  } finally {
    await model.dispose();
  }
};

/** Explains the next features that wait and writes what came of it. @returns how many there were */
async function explainBatch(
  sae: SaeWithModel,
  explainer: Explainer,
  take: number,
  context: ExplainContext,
): Promise<number> {
  const features = await listPending(sae.id, take);
  const indices = features.map((f) => f.index);
  const rows = await listEvidence(sae.id, indices, EXPLAIN_BANDS);
  const shown = features.map((feature) => atMost(partPool(feature, rows).shown, explainer.wants));
  const list = await explainer.explain(shown, context);
  const { name, model, promptVersion } = explainer;
  await writeExplanations(sae.id, { explainer: name, explainerModel: model, promptVersion }, list);
  return features.length;
}
