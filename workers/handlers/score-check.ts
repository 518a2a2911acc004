import type { Claim } from "@/lib/autointerp/claim";
import type { ScoredFeature } from "@/lib/autointerp/data";
import { judgeFor } from "@/lib/autointerp/judge";
import type { Reader } from "@/lib/autointerp/reader";
import { auroc } from "@/lib/autointerp/statistics";
import { createRng } from "@/lib/core/rng";
import { ImageCache } from "@/lib/datasets/image-cache";
import type { SampleCodes } from "@/lib/exemplars/codes";
import type { CorpusSample } from "@/lib/exemplars/data";
import type { Geometry } from "@/lib/model/types";
import { AnswerBook, type AnswerContext } from "./score-answers";
import { scoreDetection } from "./score-detection";
import { scoreFuzzing } from "./score-fuzzing";
import type { HeldOut } from "./score-items";
import { claimOfKey, falseClaim } from "./score-planted";
import { RegionImages } from "./score-regions";
import type { Outcome, Target } from "./score-targets";

/** A feature whose concept is known, by its key. */
export interface KnownFeature {
  feature: ScoredFeature;
  key: string;
}

/** How a scorer tells true explanations from false ones. */
export interface Separation {
  /** Explanations that have a score. */
  nTrue: number;
  nFalse: number;
  meanTrue: number | null;
  meanFalse: number | null;
  /** Mean score under another feature's explanation. */
  control: number | null;
  /** How likely a true explanation has the higher score, ties counting half. */
  auroc: number | null;
  /** Each explanation with its score. */
  scores: { index: number; text: string; true: boolean; value: number }[];
}

export interface CheckInput {
  ctx: AnswerContext;
  reader: Reader;
  geometry: Geometry;
  corpus: readonly CorpusSample[];
  codes: () => AsyncIterable<SampleCodes>;
  heldOut: ReadonlyMap<number, HeldOut>;
  known: readonly KnownFeature[];
  seed: number;
  /** Fuzzing has no questions in common and takes twice as long. */
  fuzzing: boolean;
}

/**
 * Gives every feature whose concept is known its true explanation, a false one (another concept of the same kind), and a control
 * (the true one of another feature), and scores them all on the same items.
 */
export async function checkScorers(input: CheckInput): Promise<{ detection: Separation; fuzzing: Separation | null }> {
  const { ctx, reader, geometry, corpus, codes, heldOut, seed } = input;
  const targets = plantTargets(input.known, seed);
  const book = await AnswerBook.open(ctx, reader);
  const images = new ImageCache(ctx.blobs, 64);
  const judge = judgeFor(reader);
  const detection = await scoreDetection({ judge, book, images, targets, heldOut });
  const regions = new RegionImages(images, geometry);
  const fuzzing = input.fuzzing
    ? await scoreFuzzing({ judge, book, regions, targets, heldOut, corpus, codes: codes(), seed })
    : null;
  await book.discard();
  return { detection: separation(detection, targets), fuzzing: fuzzing && separation(fuzzing, targets) };
}

function plantTargets(known: readonly KnownFeature[], seed: number): Target[] {
  const keys = known.map((k) => k.key);
  return known.flatMap(({ feature, key }): Target[] => {
    const rng = createRng(seed, "planted", feature.index);
    const own = claimOfKey(key);
    const wrong = falseClaim(key, keys, rng);
    if (!own || !wrong) return [];
    const control = falseClaim(key, keys, rng);
    const target = (explanationId: string, claim: Claim): Target => ({ feature, explanationId, claim, control });
    return [target("true", own), target("false", wrong)];
  });
}

function separation({ scores }: Outcome, targets: readonly Target[]): Separation {
  const texts = new Map(targets.map((t) => [`${t.feature.index}/${t.explanationId}`, t.claim.text]));
  const of = (id: string) => scores.filter((s) => s.explanationId === id);
  const mean = (list: readonly number[]) => (list.length === 0 ? null : list.reduce((a, b) => a + b, 0) / list.length);
  const [right, wrong] = [of("true").map((s) => s.value), of("false").map((s) => s.value)];
  return {
    ...{ nTrue: right.length, nFalse: wrong.length, meanTrue: mean(right), meanFalse: mean(wrong) },
    control: mean(of("true").flatMap((s) => s.control ?? [])),
    auroc: auroc(right, wrong),
    scores: scores.map(({ index, explanationId, value }) => ({
      ...{ index, value, true: explanationId === "true" },
      text: texts.get(`${index}/${explanationId}`) ?? "",
    })),
  };
}
