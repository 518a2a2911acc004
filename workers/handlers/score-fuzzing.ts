import type { Claim } from "@/lib/autointerp/claim";
import { companyRegion } from "@/lib/autointerp/company-region";
import type { EvidenceRow, ScoredFeature } from "@/lib/autointerp/data";
import { PER_CLASS, spread } from "@/lib/autointerp/detection";
import type { Judge } from "@/lib/autointerp/judge";
import { movedRegion } from "@/lib/autointerp/moved-region";
import { shownCells } from "@/lib/autointerp/region";
import type { FuzzingReceipt } from "@/lib/autointerp/schema";
import { judgedScore } from "@/lib/autointerp/statistics";
import { packRegion } from "@/lib/autointerp/stored-region";
import { createRng } from "@/lib/core/rng";
import type { SampleCodes } from "@/lib/exemplars/codes";
import type { CorpusSample } from "@/lib/exemplars/data";
import type { Relations } from "@/lib/exemplars/schema";
import { imageValues } from "./image-values";
import type { AnswerBook, PlannedQuestion } from "./score-answers";
import { reasonOf } from "./score-detection";
import type { HeldOut } from "./score-items";
import type { RegionImages, ShownRegion } from "./score-regions";
import { ABOUT_TEXTS, Outcome, type Target } from "./score-targets";

export interface FuzzingInput {
  judge: Judge;
  book: AnswerBook;
  regions: RegionImages;
  targets: readonly Target[];
  heldOut: ReadonlyMap<number, HeldOut>;
  corpus: readonly CorpusSample[];
  codes: AsyncIterable<SampleCodes>;
  seed: number;
}

/** One region to be judged. */
export interface FuzzingItem extends ShownRegion {
  role: FuzzingReceipt["item"]["role"];
  band: string;
}

/**
 * Patch-mask fuzzing: is what the explanation says in the highlighted region? The wrong items are of the same images: the region
 * moved to where the feature is silent, and the region of another feature. The judge sees the region only.
 */
export async function scoreFuzzing(input: FuzzingInput): Promise<Outcome> {
  const { judge, book, regions } = input;
  const pictured = input.targets.filter((t) => t.claim.modality === "image");
  const items = await planRegions({ ...input, features: [...new Set(pictured.map((t) => t.feature))] });
  await regions.know([...items.values()].flat().map((item) => item.sampleId));
  await book.ask("fuzzing", planQuestions(pictured, items, judge, regions));
  const out = new Outcome();
  for (const { feature, explanationId, claim, control } of input.targets) {
    if (claim.modality === "text") {
      out.leaveOut(ABOUT_TEXTS);
      continue;
    }
    const own = items.get(feature.index) ?? [];
    const judged = (c: Claim) => own.map((item) => receiptOf(item, c, input));
    const receipts = judged(claim);
    const score = judgedScore(receipts);
    if (score) {
      const value = control ? (judgedScore(judged(control))?.value ?? null) : null;
      out.scores.push({ ...{ explanationId, index: feature.index, ...score, control: value, receipts } });
    } else out.leaveOut(reasonOf(claim, judge, receipts));
  }
  return out;
}

/** Regions of each feature: those of held-out exemplars over the whole range of strengths, and as many wrong ones. */
export async function planRegions({
  features,
  heldOut,
  regions: { geometry },
  corpus,
  codes,
  seed,
}: Pick<FuzzingInput, "heldOut" | "corpus" | "codes" | "seed"> & {
  features: readonly ScoredFeature[];
  regions: { geometry: { rows: number; cols: number } };
}): Promise<Map<number, FuzzingItem[]>> {
  const chosen = new Map(features.map((f) => [f, spread(heldOut.get(f.index)?.images ?? [], PER_CLASS)]));
  const company = await findCompany(chosen, geometry, corpus, codes);
  const out = new Map<number, FuzzingItem[]>();
  for (const [{ index }, rows] of chosen) {
    const items = rows.map((row): FuzzingItem => {
      const cells = shownCells(row.grid, geometry.rows, geometry.cols);
      return { sampleId: row.sampleId, role: "positive", band: row.band, cells };
    });
    const wrong = rows.flatMap((row, i): FuzzingItem[] => {
      const { sampleId, band } = row;
      const other = company.get(`${index}/${sampleId}`);
      if (other && i % 2 === 1) return [{ sampleId, band, role: "company", cells: other }];
      const rng = createRng(seed, "move", index, sampleId);
      const cells = movedRegion(items[i]!.cells, row.grid, geometry, rng);
      return cells ? [{ sampleId, band, role: "moved", cells }] : [];
    });
    out.set(index, [...items, ...wrong]);
  }
  return out;
}

/** The region of another feature in every second image of each feature, by `<feature>/<sample>`. */
async function findCompany(
  chosen: ReadonlyMap<ScoredFeature, EvidenceRow[]>,
  { rows, cols }: { rows: number; cols: number },
  corpus: readonly CorpusSample[],
  codes: AsyncIterable<SampleCodes>,
): Promise<Map<string, Uint8Array>> {
  const wanted = new Map<number, { feature: ScoredFeature; row: EvidenceRow }[]>();
  for (const [feature, list] of chosen) {
    for (const [i, row] of list.entries()) {
      if (i % 2 === 1) wanted.set(row.sampleId, [...(wanted.get(row.sampleId) ?? []), { feature, row }]);
    }
  }
  const out = new Map<string, Uint8Array>();
  for await (const sample of codes) {
    const { id } = corpus[sample.sample] as CorpusSample;
    const asked = wanted.get(id);
    if (!asked) continue;
    const values = imageValues(sample, rows * cols);
    for (const { feature, row } of asked) {
      const found = companyRegion(feature.index, values, row.grid, { rows, cols }, partnersOf(feature));
      if (found) out.set(`${feature.index}/${id}`, found.cells);
    }
  }
  return out;
}

function partnersOf({ relations }: ScoredFeature): Set<number> {
  const { adjacent = [], elsewhere = [] } = (relations as unknown as Relations | null)?.places ?? {};
  return new Set([...adjacent, ...elsewhere].map((partner) => partner.index));
}

function planQuestions(
  targets: readonly Target[],
  items: ReadonlyMap<number, readonly FuzzingItem[]>,
  judge: Judge,
  regions: RegionImages,
): PlannedQuestion[] {
  const planned = new Map<string, PlannedQuestion>();
  for (const { feature, claim, control } of targets) {
    for (const item of items.get(feature.index) ?? []) {
      for (const question of [claim, control].flatMap((c) => (c ? judge.aboutImage(c) : []))) {
        const group = regions.keyOf(item);
        const key = `${group}/${question.text}`;
        planned.set(key, { key, group, ...question, images: async () => [await regions.get(item)] });
      }
    }
  }
  return [...planned.values()];
}

function receiptOf(item: FuzzingItem, claim: Claim, { judge, book, regions }: FuzzingInput): FuzzingReceipt {
  const asked = judge.aboutImage(claim);
  const answers = asked.map((question) => book.get(`${regions.keyOf(item)}/${question.text}`));
  const expected = item.role === "positive";
  const answered = judge.readImage(claim, answers);
  return {
    item: { sampleId: item.sampleId, kind: "image", role: item.role, band: item.band },
    region: packRegion(item.cells, regions.geometry),
    question: asked.map((q) => q.text).join(" "),
    expected,
    answered,
    right: answered === null ? null : answered === expected,
  };
}
