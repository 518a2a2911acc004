import type { Claim } from "@/lib/autointerp/claim";
import type { ScoredFeature } from "@/lib/autointerp/data";
import { boxCells, groundingQuestion, readBoxes } from "@/lib/autointerp/grounding";
import { maskThreshold } from "@/lib/autointerp/iou";
import type { IouReceipt } from "@/lib/autointerp/schema";
import { bootstrapIou, datasetIou, type Overlap, tooManyMissing } from "@/lib/autointerp/statistics";
import type { FeatureHistogram } from "@/lib/exemplars/schema";
import type { AnswerBook, PlannedQuestion } from "./score-answers";
import type { HeldOut } from "./score-items";
import type { RegionImages } from "./score-regions";
import { Outcome, type Target, TOO_FEW, UNREADABLE } from "./score-targets";

export interface GroundingInput {
  book: AnswerBook;
  regions: RegionImages;
  /** Explanations for which the data set has no masks. */
  targets: readonly Target[];
  heldOut: ReadonlyMap<number, HeldOut>;
  imagePositions: number;
  seed: number;
}

interface Pointed extends Overlap {
  sampleId: number;
}

/**
 * IoU with what a reader points at, for data without masks: it is asked where each held-out image shows what the explanation says.
 * Answers that cannot be read are left out and counted, never taken for an empty region.
 */
export async function scoreGrounding(input: GroundingInput): Promise<Outcome> {
  const { book, targets, heldOut, regions, seed } = input;
  await regions.know(targets.flatMap((t) => itemsOf(t.feature, heldOut)));
  await book.ask("grounding", planQuestions(input));
  const out = new Outcome();
  for (const { feature, explanationId, claim, control } of targets) {
    const found = overlapsOf(feature, claim, input);
    const read = found.filter((overlap) => overlap !== null);
    const nMissing = found.length - read.length;
    const value = tooManyMissing(nMissing, found.length) ? null : datasetIou(read);
    if (value === null) {
      out.leaveOut(nMissing > 0 ? UNREADABLE : TOO_FEW);
      continue;
    }
    const interval = bootstrapIou(read, seed + feature.index);
    const others = control ? overlapsOf(feature, control, input) : [];
    const receipts = read.map(({ sampleId, intersection, union }): IouReceipt => {
      return { item: { sampleId }, intersection, union, expected: claim.text, answered: null, right: null };
    });
    out.scores.push({
      ...{ explanationId, index: feature.index, value, lo: interval?.lo ?? null, hi: interval?.hi ?? null },
      control: datasetIou(others.filter((overlap) => overlap !== null)),
      ...{ n: found.length, nMissing, receipts },
    });
  }
  return out;
}

/** The images of a feature's detection items: those that fire, and silent ones, where nothing is to be pointed at. */
const itemsOf = ({ index }: ScoredFeature, heldOut: GroundingInput["heldOut"]): number[] =>
  (heldOut.get(index)?.items ?? []).filter((item) => item.kind === "image").map((item) => item.sampleId);

const keyOf = (sampleId: number, claim: Claim) => `where/${sampleId}/${claim.text}`;

function planQuestions({ targets, heldOut, regions }: GroundingInput): PlannedQuestion[] {
  return targets.flatMap(({ feature, claim, control }) =>
    itemsOf(feature, heldOut).flatMap((sampleId) =>
      [claim, control].flatMap((c) => {
        if (!c) return [];
        const images = async () => [await regions.whole(sampleId)];
        return [{ key: keyOf(sampleId, c), group: String(sampleId), ...groundingQuestion(c.text), images }];
      }),
    ),
  );
}

/** Overlap of the feature's patch-exact mask with the boxes in every image; null where the answer cannot be read. */
function overlapsOf(
  feature: ScoredFeature,
  claim: Claim,
  { book, regions, heldOut, imagePositions }: GroundingInput,
): (Pointed | null)[] {
  const threshold = maskThreshold(feature.histogram as unknown as FeatureHistogram, imagePositions);
  const rows = new Map(heldOut.get(feature.index)?.images.map((row) => [row.sampleId, row]));
  return itemsOf(feature, heldOut).map((sampleId) => {
    const answer = book.get(keyOf(sampleId, claim));
    const boxes = answer === undefined ? null : readBoxes(answer);
    if (!boxes) return null;
    const { width, height } = regions.sizeOf(sampleId);
    const row = rows.get(sampleId);
    let [intersection, union] = [0, 0];
    boxCells(boxes, regions.placeOn(width, height), width, height).forEach((inBox, cell) => {
      const fires = row !== undefined && ((row.grid[cell] ?? 0) * row.scale) / 255 > threshold;
      intersection += Number(fires && inBox === 1);
      union += Number(fires || inBox === 1);
    });
    return { sampleId, intersection, union };
  });
}
