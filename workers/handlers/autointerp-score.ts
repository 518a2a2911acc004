import { getCollectedSae, listScored } from "@/lib/autointerp/data";
import type { scoreJob } from "@/lib/autointerp/job";
import { judgeFor } from "@/lib/autointerp/judge";
import { writeScores } from "@/lib/autointerp/mutations";
import type { Scorer } from "@/lib/autointerp/schema";
import type { ScoreResult } from "@/lib/autointerp/types";
import { ImageCache } from "@/lib/datasets/image-cache";
import { codesPrefix, readCodes } from "@/lib/exemplars/code-store";
import { listCorpus } from "@/lib/exemplars/data";
import type { EvidenceN } from "@/lib/exemplars/schema";
import { done, type Handler, skipped } from "@/lib/jobs/define";
import type { Geometry } from "@/lib/model/types";
import { scoreDetection } from "./score-detection";
import { scoreFuzzing } from "./score-fuzzing";
import { scoreGrounding } from "./score-grounding";
import { scoreIntruder } from "./score-intruder";
import { NO_MASK, scoreIou } from "./score-iou";
import { drawSilent, planItems } from "./score-items";
import { withJudge } from "./score-judge";
import { RegionImages } from "./score-regions";
import { scoreSimulation } from "./score-simulation";
import { leftOut, listTargets, type Outcome } from "./score-targets";

/** Scorers that ask a judge, which takes a model. */
const JUDGED = new Set<Scorer>(["detection", "fuzzing", "intruder", "simulation"]);

export const handleScore: Handler<typeof scoreJob> = async (ctx) => {
  const sae = await getCollectedSae(ctx.params.saeId);
  const features = await listScored(sae.id, ctx.params);
  if (features.length === 0) return skipped("No explanation names a thing yet: explain the features first.");
  const targets = await listTargets(sae.id, features);
  const result: ScoreResult = {};
  const keep = async (scorer: Scorer, outcome: Outcome) => {
    await writeScores(sae.id, scorer, outcome.scores);
    result[scorer] = outcome.result();
  };
  const evidence = sae.evidenceN as unknown as EvidenceN;
  const corpus = await listCorpus(sae.datasetId as string);
  const codes = () => readCodes(ctx.blobs, codesPrefix(evidence.cache, sae));
  const geometry = (sae.model.geometries as unknown as Geometry[])[0];
  const wants = (scorer: Scorer) => ctx.params.scorers.includes(scorer);
  const iou = wants("iou") ? await scoreIou(ctx, targets, corpus, codes(), evidence.imageTokens, geometry) : null;
  if (iou) await keep("iou", iou.outcome);
  if (!ctx.params.scorers.some((scorer) => JUDGED.has(scorer)) && !iou?.unknown.length) return done(result);
  ctx.progress({ stage: "items", done: 0, total: features.length });
  const { seed } = ctx.run;
  const heldOut = await planItems(sae.id, features, await drawSilent(features, sae.n, corpus, codes(), seed));
  const account = await withJudge(ctx, sae, ctx.params.judge, async ({ reader, book }) => {
    const images = new ImageCache(ctx.blobs, 64);
    const input = { judge: judgeFor(reader), reader, book, images, targets, features, heldOut, seed };
    if (wants("detection")) await keep("detection", await scoreDetection(input));
    if (wants("simulation")) await keep("simulation", await scoreSimulation({ ...input, saeId: sae.id }));
    if (!geometry) return; // a model without a grid has no regions
    const regions = new RegionImages(images, geometry);
    if (iou) {
      const pointed = { ...input, targets: iou.unknown, regions, imagePositions: evidence.imageTokens };
      const outcome = reader.instructed ? await scoreGrounding(pointed) : leftOut(iou.unknown.length, NO_MASK);
      await writeScores(sae.id, "iou", outcome.scores);
      result.iou = iou.outcome.add(outcome).result();
    }
    if (wants("fuzzing")) await keep("fuzzing", await scoreFuzzing({ ...input, regions, corpus, codes: codes() }));
    if (wants("intruder")) await keep("intruder", await scoreIntruder({ ...input, regions }));
  });
  return done(account ? { ...result, account } : result);
};
