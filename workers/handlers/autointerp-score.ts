import { getCollectedSae, listLabelled } from "@/lib/autointerp/data";
import type { ScoreResult, scoreJob } from "@/lib/autointerp/job";
import { type NewScore, writeScores } from "@/lib/autointerp/mutations";
import { ImageCache } from "@/lib/datasets/image-cache";
import { codesPrefix, readCodes } from "@/lib/exemplars/code-store";
import { listCorpus } from "@/lib/exemplars/data";
import type { EvidenceN } from "@/lib/exemplars/schema";
import { done, type Handler, skipped } from "@/lib/jobs/define";
import { openLanguageModel } from "@/lib/model/open";
import type { Geometry } from "@/lib/model/types";
import { scoreDetection } from "./score-detection";
import { scoreIou } from "./score-iou";
import { drawSilent, planItems } from "./score-items";

export const handleScore: Handler<typeof scoreJob> = async (ctx) => {
  const sae = await getCollectedSae(ctx.params.saeId);
  const features = await listLabelled(sae.id, ctx.params.limit);
  if (features.length === 0) return skipped("No feature has a label yet: explain them first.");
  const evidence = sae.evidenceN as unknown as EvidenceN;
  const corpus = await listCorpus(sae.datasetId as string);
  const codes = () => readCodes(ctx.blobs, codesPrefix(evidence.cache, sae));
  const result: ScoreResult = {
    detection: { scored: 0, void: 0, mean: null, control: null },
    iou: { scored: 0, mean: null, control: null },
  };
  if (ctx.params.scorers.includes("iou")) {
    const grid = (sae.model.geometries as unknown as Geometry[])[0] ?? { rows: 1, cols: 1 };
    const scores = await scoreIou(ctx, features, corpus, codes(), grid, evidence.imageTokens);
    await writeScores(sae.id, "iou", scores);
    result.iou = summary(scores);
  }
  if (ctx.params.scorers.includes("detection")) {
    ctx.progress({ stage: "items", done: 0, total: features.length });
    const silent = await drawSilent(features, sae.n, corpus, codes(), ctx.run.seed);
    const items = await planItems(sae.id, features, silent);
    const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
    try {
      const scores = await scoreDetection(ctx, model, new ImageCache(ctx.blobs, 64), features, items);
      await writeScores(sae.id, "detection", scores);
      result.detection = { ...summary(scores), void: features.length - scores.length };
    } finally {
      await model.dispose();
    }
    for await (const key of ctx.blobs.list(`runs/${ctx.run.id}/`)) await ctx.blobs.delete(key);
  }
  return done(result);
};

function summary(scores: readonly NewScore[]) {
  const mean = (values: readonly number[]) =>
    values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
  const control = mean(scores.map((s) => s.control).filter((c) => c !== null));
  return { scored: scores.length, mean: mean(scores.map((s) => s.value)), control };
}
