import { candidatesOf } from "@/lib/autointerp/aggregate";
import type { EvidenceRow, ScoredFeature } from "@/lib/autointerp/data";
import type { Item } from "@/lib/autointerp/detection";
import { REGION_QUESTION } from "@/lib/autointerp/explainers/self";
import { IMAGES, INTRUDER_QUESTION, intruderScore, oddOnes, planTrials, readNumber } from "@/lib/autointerp/intruder";
import type { Reader } from "@/lib/autointerp/reader";
import { shownCells } from "@/lib/autointerp/region";
import type { IntruderReceipt } from "@/lib/autointerp/schema";
import { packRegion } from "@/lib/autointerp/stored-region";
import { createRng } from "@/lib/core/rng";
import type { AnswerBook, PlannedQuestion } from "./score-answers";
import type { HeldOut } from "./score-items";
import type { RegionImages, ShownRegion } from "./score-regions";
import { ABOUT_TEXTS, Outcome, TOO_FEW, UNREADABLE } from "./score-targets";

const ANSWER_TOKENS = 10;

export interface IntruderInput {
  reader: Reader;
  book: AnswerBook;
  regions: RegionImages;
  features: readonly ScoredFeature[];
  heldOut: ReadonlyMap<number, HeldOut>;
  seed: number;
}

/** One of the five images of a trial. */
interface Shown extends ShownRegion {
  intruder: boolean;
  band: string | null;
}

/**
 * Four regions of the feature and one of an image in which it is silent, under the same mask: which does not belong? Needs no
 * explanation, so it says how far the feature is about one thing at all. A judge that takes several images and follows
 * instructions is asked for the number; another is asked what each of the five shows.
 */
export async function scoreIntruder(input: IntruderInput): Promise<Outcome> {
  const { reader, book, regions, features } = input;
  const pictured = features.filter((f) => f.imageShare >= 0.5);
  const trials = new Map(pictured.map((f) => [f.index, trialsOf(f.index, input)]));
  const all = [...trials.values()].flat();
  await regions.know(all.flat().map((shown) => shown.sampleId));
  const asksForNumber = reader.instructed && reader.mostImages >= IMAGES;
  await book.ask(
    "intruder",
    all.flatMap((trial) => questionsOf(trial, regions, asksForNumber)),
  );
  const out = new Outcome();
  for (const { index } of features) {
    const own = trials.get(index);
    if (!own) {
      out.leaveOut(ABOUT_TEXTS);
      continue;
    }
    const picks = own.map((trial) => picksOf(trial, book, regions, asksForNumber));
    const hits = picks.map((p, i) => p.shares?.[(own[i] as Shown[]).findIndex((s) => s.intruder)] ?? null);
    const score = intruderScore(hits);
    if (!score) {
      out.leaveOut(own.length === 0 ? TOO_FEW : UNREADABLE);
      continue;
    }
    const receipts = own.flatMap((trial, t) => receiptsOf(trial, t, picks[t] as Picks, regions, asksForNumber));
    out.scores.push({ explanationId: null, index, ...score, control: null, receipts });
  }
  return out;
}

function trialsOf(index: number, { heldOut, regions: { geometry }, seed }: IntruderInput): Shown[][] {
  const own = heldOut.get(index);
  if (!own) return [];
  const rng = createRng(seed, "intruder", index);
  return planTrials<EvidenceRow, Item>(own.images, own.silent.image, rng).map(({ order }) => {
    const fires = order.flatMap((o) => (o.intruder ? [] : [o.item]));
    const cellsOf = (row: EvidenceRow) => shownCells(row.grid, geometry.rows, geometry.cols);
    // The silent image is seen through the region of one of the others: its shape says nothing.
    const lent = cellsOf(rng.pick(fires));
    return order.map(({ intruder, item: { sampleId, band } }, i) => {
      const row = order[i]!.item as EvidenceRow;
      return { sampleId, band, intruder, cells: intruder ? lent : cellsOf(row) };
    });
  });
}

const namingKey = (shown: Shown, regions: RegionImages) => `${regions.keyOf(shown)}/${REGION_QUESTION}`;
const numberKey = (trial: readonly Shown[], regions: RegionImages) =>
  `intruder/${trial.map((shown) => regions.keyOf(shown)).join("/")}`;

function questionsOf(trial: readonly Shown[], regions: RegionImages, asksForNumber: boolean): PlannedQuestion[] {
  const about = { maxTokens: ANSWER_TOKENS };
  if (asksForNumber) {
    const key = numberKey(trial, regions);
    const images = () => Promise.all(trial.map((shown) => regions.get(shown)));
    return [{ ...about, key, group: key, text: INTRUDER_QUESTION, images }];
  }
  return trial.map((shown) => ({
    ...{ ...about, key: namingKey(shown, regions), group: regions.keyOf(shown), text: REGION_QUESTION },
    images: async () => [await regions.get(shown)],
  }));
}

/** How the judge's answer is shared out over the images of a trial; null when it cannot be read. */
interface Picks {
  shares: number[] | null;
  said: (string | null)[];
}

function picksOf(trial: readonly Shown[], book: AnswerBook, regions: RegionImages, asksForNumber: boolean): Picks {
  const shareOut = (odd: readonly number[]) => trial.map((_, i) => (odd.includes(i) ? 1 / odd.length : 0));
  if (asksForNumber) {
    const answer = book.get(numberKey(trial, regions)) ?? null;
    const number = answer === null ? null : readNumber(answer);
    return { shares: number === null ? null : shareOut([number]), said: trial.map(() => answer) };
  }
  const said = trial.map((shown) => book.get(namingKey(shown, regions)) ?? null);
  const terms = said.map((answer) => (answer === null ? null : candidatesOf(answer)));
  // One unreadable answer of five leaves the trial open: it would be taken for the intruder.
  if (terms.some((t) => t === null)) return { shares: null, said };
  return { shares: shareOut(oddOnes(terms.map((t) => new Set(t?.keys())))), said };
}

function receiptsOf(
  trial: readonly Shown[],
  number: number,
  { shares, said }: Picks,
  regions: RegionImages,
  asksForNumber: boolean,
): IntruderReceipt[] {
  return trial.map((shown, i) => {
    const picked = shares?.[i] ?? null;
    return {
      item: {
        ...{ sampleId: shown.sampleId, kind: "image", band: shown.band },
        role: shown.intruder ? "intruder" : "same",
      },
      trial: number + 1,
      region: packRegion(shown.cells, regions.geometry),
      question: asksForNumber ? "which number does not belong?" : REGION_QUESTION,
      said: said[i] ?? null,
      picked,
      expected: shown.intruder,
      answered: picked === null ? null : picked > 0,
      // A trial is right or wrong once: at its intruder.
      right: shown.intruder && picked !== null ? picked === 1 : null,
    };
  });
}
