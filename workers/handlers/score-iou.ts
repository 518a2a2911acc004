import { cellKeys, labelKeys, maskThreshold, Overlaps } from "@/lib/autointerp/iou";
import type { IouReceipt } from "@/lib/autointerp/schema";
import { bootstrapIou, datasetIou } from "@/lib/autointerp/statistics";
import { samplesById } from "@/lib/datasets/data";
import { decodeMask, poolMask } from "@/lib/datasets/mask";
import { ROW_IMAGE, type SampleCodes } from "@/lib/exemplars/codes";
import type { CorpusSample } from "@/lib/exemplars/data";
import type { FeatureHistogram } from "@/lib/exemplars/schema";
import type { JobContext } from "@/lib/jobs/define";
import { ABOUT_TEXTS, Outcome, type Target } from "./score-targets";

const RECEIPTS = 12;
const PAGE = 256;

/** Why explanations have no IoU whose words no mask knows, unless a reader points at them. */
export const NO_MASK = "The data set has no mask of what these words name.";

/**
 * IoU of features' masks with the true regions of what explanations name, for those that the data set's truth knows.
 * @returns the scores, and the explanations of pictures that no mask knows
 */
export async function scoreIou(
  ctx: Pick<JobContext, "run" | "blobs" | "signal" | "progress">,
  targets: readonly Target[],
  corpus: readonly CorpusSample[],
  codes: AsyncIterable<SampleCodes>,
  imagePositions: number,
  grid: { rows: number; cols: number } = { rows: 1, cols: 1 },
): Promise<{ outcome: Outcome; unknown: Target[] }> {
  const pictured = targets.filter((t) => t.claim.modality === "image");
  const threshold = ({ feature }: Target) =>
    maskThreshold(feature.histogram as unknown as FeatureHistogram, imagePositions);
  const overlaps = new Overlaps(new Map(pictured.map((t) => [t.feature.index, threshold(t)])));
  let page: SampleCodes[] = [];
  let seen = 0;
  const flush = async () => {
    ctx.signal.throwIfAborted();
    const samples = await samplesById(page.map((c) => (corpus[c.sample] as CorpusSample).id));
    for (const c of page) {
      const sample = samples.get((corpus[c.sample] as CorpusSample).id);
      const truth = sample?.truth && "objects" in sample.truth ? sample.truth : null;
      const bytes = truth ? await ctx.blobs.get(`masks/${sample?.sha}`) : null;
      if (!truth || !bytes || !sample) continue;
      const ids = poolMask(decodeMask(bytes), grid.rows, grid.cols);
      overlaps.add(sample.id, c, (r) => c.kind[r] === ROW_IMAGE, cellKeys(truth, ids));
    }
    seen += page.length;
    page = [];
    ctx.progress({ stage: "iou", done: seen, total: corpus.length });
  };
  for await (const sample of codes) {
    page.push(sample);
    if (page.length >= PAGE) await flush();
  }
  await flush();
  return scoresOf(targets, overlaps, ctx.run.seed);
}

function scoresOf(targets: readonly Target[], overlaps: Overlaps, seed: number) {
  const outcome = new Outcome();
  const unknown: Target[] = [];
  for (const target of targets) {
    const { feature, explanationId, claim, control } = target;
    const keys = labelKeys(claim.terms);
    const images = claim.modality === "image" && overlaps.knows(keys) ? overlaps.of(feature.index, keys) : [];
    const value = datasetIou(images);
    if (value === null) {
      if (claim.modality === "image") unknown.push(target);
      else outcome.leaveOut(ABOUT_TEXTS);
      continue;
    }
    const interval = bootstrapIou(images, seed + feature.index);
    const shown = [...images].sort((a, b) => b.intersection - a.intersection || b.union - a.union).slice(0, RECEIPTS);
    const receipts = shown.map(({ sampleId, intersection, union }): IouReceipt => {
      return { item: { sampleId }, intersection, union, expected: claim.text, answered: null, right: null };
    });
    const controlKeys = control ? labelKeys(control.terms) : [];
    outcome.scores.push({
      ...{ explanationId, index: feature.index, value, lo: interval?.lo ?? null, hi: interval?.hi ?? null },
      control: overlaps.knows(controlKeys) ? datasetIou(overlaps.of(feature.index, controlKeys)) : null,
      ...{ n: images.length, nMissing: 0, receipts },
    });
  }
  return { outcome, unknown };
}
