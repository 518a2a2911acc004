import type { Claim } from "@/lib/autointerp/claim";
import { listWindows, type ScoredFeature } from "@/lib/autointerp/data";
import { spread } from "@/lib/autointerp/detection";
import type { Reader } from "@/lib/autointerp/reader";
import type { SimulationReceipt } from "@/lib/autointerp/schema";
import { MOST, readPrediction, simulateByRule, simulationQuestion, simulationScore } from "@/lib/autointerp/simulation";
import type { AnswerBook, PlannedQuestion } from "./score-answers";
import type { HeldOut } from "./score-items";
import { Outcome, type Target, TOO_FEW, UNASKABLE, UNREADABLE } from "./score-targets";

/** Texts that fire, and as many that do not. */
const TEXTS = 8;
const FEWEST = 3;
const PICTURES = "The words are about pictures: simulation is for texts.";

export interface SimulationInput {
  reader: Reader;
  book: AnswerBook;
  saeId: string;
  targets: readonly Target[];
  heldOut: ReadonlyMap<number, HeldOut>;
  seed: number;
}

type Window = Pick<SimulationReceipt, "item" | "tokens" | "actual">;

/**
 * How well do the words foretell how strongly the feature fires at each token? A judge that follows instructions gives numbers;
 * else the rule of the label itself does.
 */
export async function scoreSimulation(input: SimulationInput): Promise<Outcome> {
  const { reader, book, targets, seed } = input;
  const spoken = targets.filter((t) => t.claim.modality === "text");
  const windows = await windowsOf([...new Set(spoken.map((t) => t.feature))], input);
  const predict = reader.instructed
    ? (claim: Claim, { tokens }: Window) => {
        const answer = book.get(keyOf(claim, tokens));
        return answer === undefined ? null : readPrediction(answer, tokens.length);
      }
    : (claim: Claim, { tokens }: Window) => simulateByRule(claim, tokens);
  if (reader.instructed) await book.ask("simulation", planQuestions(spoken, windows));
  const out = new Outcome();
  for (const { feature, explanationId, claim, control } of targets) {
    if (claim.modality === "image") {
      out.leaveOut(PICTURES);
      continue;
    }
    const own = windows.get(feature.index) ?? [];
    if (own.length === 0) {
      out.leaveOut(TOO_FEW);
      continue;
    }
    const simulated = (c: Claim) => own.map((w) => ({ ...w, predicted: predict(c, w) }));
    const texts = simulated(claim);
    const score = simulationScore(texts, seed + feature.index);
    if (!score) {
      out.leaveOut(!reader.instructed && texts.every((t) => t.predicted === null) ? UNASKABLE : UNREADABLE);
      continue;
    }
    const controlled = control ? simulationScore(simulated(control), seed + feature.index) : null;
    const receipts = texts.map((t): SimulationReceipt => {
      return { ...t, question: claim.text, expected: claim.text, answered: null, right: null };
    });
    out.scores.push({
      ...{ explanationId, index: feature.index, ...score, control: controlled?.value ?? null, receipts },
    });
  }
  return out;
}

/** Held-out windows of each feature with its values there: exemplars of all strengths, near misses, silent texts. */
async function windowsOf(
  features: readonly ScoredFeature[],
  { saeId, heldOut }: SimulationInput,
): Promise<Map<number, Window[]>> {
  const silentOf = (f: ScoredFeature) => (heldOut.get(f.index)?.silent.text ?? []).slice(0, 2 * TEXTS);
  const silent = new Map(
    (await listWindows(saeId, [...new Set(features.flatMap((f) => silentOf(f).map((i) => i.sampleId)))])).map((w) => [
      w.sampleId,
      w.tokens,
    ]),
  );
  const out = new Map<number, Window[]>();
  for (const f of features) {
    const { texts = [], missedTexts = [] } = heldOut.get(f.index) ?? {};
    if (texts.length < FEWEST) continue;
    const window =
      (role: SimulationReceipt["item"]["role"]) =>
      ({ sampleId, band, tokens, grid }: (typeof texts)[number]): Window => ({
        item: { sampleId, kind: "text", role, band },
        tokens,
        actual: Array.from(grid, (q) => Math.round((100 * MOST * q) / 255) / 100),
      });
    const misses = missedTexts.slice(0, TEXTS / 2).map(window("hard"));
    const random = silentOf(f)
      .flatMap(({ sampleId, band }): Window[] => {
        const tokens = silent.get(sampleId);
        return tokens
          ? [{ item: { sampleId, kind: "text", role: "random", band }, tokens, actual: tokens.map(() => 0) }]
          : [];
      })
      .slice(0, TEXTS - misses.length);
    out.set(f.index, [...spread(texts, TEXTS).map(window("positive")), ...misses, ...random]);
  }
  return out;
}

const keyOf = ({ text }: Claim, tokens: readonly string[]) => `simulate/${text}/${tokens.join("")}`;

function planQuestions(targets: readonly Target[], windows: ReadonlyMap<number, readonly Window[]>): PlannedQuestion[] {
  return targets.flatMap(({ feature, claim, control }) =>
    [claim, control].flatMap((c) =>
      c === null
        ? []
        : (windows.get(feature.index) ?? []).map(({ tokens }): PlannedQuestion => {
            const key = keyOf(c, tokens);
            return { key, group: key, ...simulationQuestion(c.text, tokens), images: async () => [] };
          }),
    ),
  );
}
