import type { Claim } from "@/lib/autointerp/claim";
import { detectionScore, type Item } from "@/lib/autointerp/detection";
import type { Judge, JudgeQuestion } from "@/lib/autointerp/judge";
import type { DetectionReceipt } from "@/lib/autointerp/schema";
import { type StoredSample, samplesById } from "@/lib/datasets/data";
import type { ImageCache } from "@/lib/datasets/image-cache";
import { promptFor } from "@/lib/datasets/prompts";
import type { AnswerBook, PlannedQuestion } from "./score-answers";
import type { HeldOut } from "./score-items";
import { Outcome, type Target, TOO_FEW, UNASKABLE, UNREADABLE } from "./score-targets";

export interface DetectionInput {
  judge: Judge;
  book: AnswerBook;
  images: ImageCache;
  targets: readonly Target[];
  heldOut: ReadonlyMap<number, HeldOut>;
}

/** Does the feature fire in this sample, by the words alone? All claims and their controls on the same items. */
export async function scoreDetection(input: DetectionInput): Promise<Outcome> {
  const { judge, book, targets, heldOut } = input;
  const facts = await factsOf(targets.flatMap((t) => heldOut.get(t.feature.index)?.items ?? []));
  await book.ask("detection", planQuestions(input, facts));
  const out = new Outcome();
  for (const { feature, explanationId, claim, control } of targets) {
    const items = heldOut.get(feature.index)?.items ?? [];
    const judged = (c: Claim) => items.map((item) => receiptOf(item, c, judge, book, facts));
    const receipts = judged(claim);
    const score = detectionScore(receipts, claim.modality);
    if (score) {
      const controlled = control ? detectionScore(judged(control), claim.modality) : null;
      out.scores.push({
        ...{ explanationId, index: feature.index, ...score, control: controlled?.value ?? null, receipts },
      });
    } else out.leaveOut(reasonOf(claim, judge, receipts));
  }
  return out;
}

/** Why a claim that was judged on these items has no score. */
export function reasonOf(
  claim: Claim,
  judge: Judge,
  receipts: readonly { expected: boolean; answered: boolean | null; item: { kind: string } }[],
): string {
  const own = receipts.filter((r) => r.item.kind === claim.modality);
  if (new Set(own.map((r) => r.expected)).size < 2) return TOO_FEW;
  const unaskable =
    claim.modality === "image" ? judge.aboutImage(claim).length === 0 : own.every((r) => r.answered === null);
  return unaskable ? UNASKABLE : UNREADABLE;
}

interface Facts {
  sha: string;
  text: string;
}

async function factsOf(items: readonly Item[]): Promise<Map<number, Facts>> {
  const out = new Map<number, Facts>();
  const ids = [...new Set(items.map((item) => item.sampleId))];
  const PAGE = 5000;
  for (let from = 0; from < ids.length; from += PAGE) {
    for (const [id, sample] of await samplesById(ids.slice(from, from + PAGE))) {
      out.set(id, { sha: sample.sha, text: textOf(sample) });
    }
  }
  return out;
}

/** All words of a sample as the model reads them. */
function textOf(sample: StoredSample): string {
  const { messages, raw } = promptFor(sample);
  return raw ?? messages.map((m) => m.content).join("\n");
}

const keyOf = (sampleId: number, question: JudgeQuestion) => `sample/${sampleId}/${question.text}`;

/** Every question that a claim or its control raises about a sample, image by image. */
function planQuestions(
  { judge, images, targets, heldOut }: DetectionInput,
  facts: ReadonlyMap<number, Facts>,
): PlannedQuestion[] {
  const planned = new Map<string, PlannedQuestion>();
  for (const { feature, claim, control } of targets) {
    for (const item of heldOut.get(feature.index)?.items ?? []) {
      const fact = facts.get(item.sampleId);
      if (!fact) continue;
      for (const one of control ? [claim, control] : [claim]) {
        const asked = item.kind === "image" ? judge.aboutImage(one) : [judge.aboutText(one, fact.text)];
        for (const question of asked) {
          if (!question) continue;
          planned.set(keyOf(item.sampleId, question), {
            key: keyOf(item.sampleId, question),
            group: String(item.sampleId),
            ...question,
            images: async () => (item.kind === "image" ? [await images.get(fact.sha)] : []),
          });
        }
      }
    }
  }
  return [...planned.values()];
}

function receiptOf(
  item: Item,
  claim: Claim,
  judge: Judge,
  book: AnswerBook,
  facts: ReadonlyMap<number, Facts>,
): DetectionReceipt {
  const expected = item.role === "positive";
  const text = facts.get(item.sampleId)?.text ?? "";
  const asked =
    item.kind === "image" ? judge.aboutImage(claim) : [judge.aboutText(claim, text)].filter((q) => q !== null);
  const answers = asked.map((question) => book.get(keyOf(item.sampleId, question)));
  const answered = item.kind === "image" ? judge.readImage(claim, answers) : judge.readText(claim, text, answers[0]);
  return { item, question: questionOf(item, claim, asked), expected, answered, right: rightOf(expected, answered) };
}

const rightOf = (expected: boolean, answered: boolean | null) => (answered === null ? null : answered === expected);

/** The question as a reader sees it: of a text without the text itself, which is beside it. */
function questionOf(item: Item, claim: Claim, asked: readonly JudgeQuestion[]): string {
  if (item.kind === "image") return asked.map((q) => q.text).join(" ");
  if (asked.length > 0) return `Does this text fit: ${claim.text}?`;
  return `does the text hold ${claim.terms.map((t) => `“${t.term}”`).join(" or ")}?`;
}
