import type { LabelledFeature } from "@/lib/autointerp/data";
import { modalityOf, shuffledLabels } from "@/lib/autointerp/detection";
import { cellKeys, labelKeys, maskThreshold, Overlaps } from "@/lib/autointerp/iou";
import type { NewScore } from "@/lib/autointerp/mutations";
import type { IouReceipt } from "@/lib/autointerp/schema";
import { bootstrapIou, datasetIou } from "@/lib/autointerp/statistics";
import { samplesById } from "@/lib/datasets/data";
import { decodeMask, poolMask } from "@/lib/datasets/mask";
import { ROW_IMAGE, type SampleCodes } from "@/lib/exemplars/codes";
import type { CorpusSample } from "@/lib/exemplars/data";
import type { FeatureHistogram } from "@/lib/exemplars/schema";
import type { JobContext } from "@/lib/jobs/define";
import { supportOf } from "./score-detection";

const RECEIPTS = 12;
const PAGE = 256;

/** IoU of features' masks with the true regions of their labels, for labels that the data set's truth knows. */
export async function scoreIou(
  ctx: Pick<JobContext, "run" | "blobs" | "signal" | "progress">,
  features: readonly LabelledFeature[],
  corpus: readonly CorpusSample[],
  codes: AsyncIterable<SampleCodes>,
  grid: { rows: number; cols: number },
  imagePositions: number,
): Promise<NewScore[]> {
  const pictured = features.filter((f) => modalityOf(supportOf(f)) === "image");
  const threshold = (f: LabelledFeature) => maskThreshold(f.histogram as unknown as FeatureHistogram, imagePositions);
  const overlaps = new Overlaps(new Map(pictured.map((f) => [f.index, threshold(f)])));
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
  return scoresOf(pictured, overlaps, ctx.run.seed);
}

function scoresOf(features: readonly LabelledFeature[], overlaps: Overlaps, seed: number): NewScore[] {
  const known = features.filter((f) => overlaps.knows(labelKeys(supportOf(f))));
  const byIndex = new Map(known.map((f) => [f.index, f]));
  const controls = shuffledLabels(known.map((f) => ({ ...f, label: f.label ?? "", kind: f.kind ?? "other" })));
  return known.flatMap((f): NewScore[] => {
    const images = overlaps.of(f.index, labelKeys(supportOf(f)));
    const value = datasetIou(images);
    if (value === null) return [];
    const control = byIndex.get(controls.get(f.index) ?? -1);
    const interval = bootstrapIou(images, seed + f.index);
    const shown = [...images].sort((a, b) => b.intersection - a.intersection || b.union - a.union).slice(0, RECEIPTS);
    const receipts = shown.map(({ sampleId, intersection, union }): IouReceipt => {
      return { item: { sampleId }, intersection, union, expected: f.label ?? "", answered: null, right: null };
    });
    return [
      {
        explanationId: f.explanation.id,
        index: f.index,
        value,
        lo: interval?.lo ?? null,
        hi: interval?.hi ?? null,
        control: control ? datasetIou(overlaps.of(f.index, labelKeys(supportOf(control)))) : null,
        n: images.length,
        nMissing: 0,
        receipts,
      },
    ];
  });
}
