import { aggregate, type Contrast, candidatesOf, contrastOf, type Verdict } from "@/lib/autointerp/aggregate";
import type { EvidenceRow } from "@/lib/autointerp/data";
import type { NewExplanation } from "@/lib/autointerp/mutations";
import type { Question, Reader, Reply } from "@/lib/autointerp/reader";
import { hideOutside, shownCells } from "@/lib/autointerp/region";
import type { ExplanationCost } from "@/lib/autointerp/schema";
import type { TokenWindow } from "@/lib/autointerp/text-label";
import { chooseVerdict, evidenceOf, textVerdict } from "./captions";
import { addCost, costOf, NO_COST } from "./cost";
import type { ExplainContext, Explainer, Shown } from "./explainer";
import { kinOf } from "./shown";
import { VERSIONS } from "./versions";

/** Asked about an image of which only the highlighted region is left. */
export const REGION_QUESTION = "what is shown here?";

const IMAGES = 5;
/** Regions asked about first; the others only when these do not agree. */
const FIRST_IMAGES = 3;
const TEXTS = 12;
const ANSWER_TOKENS = 10;

/** A question about what is left of an image when all but the region of an exemplar is hidden. */
export async function regionQuestion(row: EvidenceRow, ctx: ExplainContext, text = REGION_QUESTION): Promise<Question> {
  const { pixels, place } = await (await ctx.sample(row.sampleId)).image();
  const masked = hideOutside(pixels, shownCells(row.grid, place.rows, place.cols), place);
  return { key: `region/${row.index}/${row.sampleId}/${text}`, images: [masked], text, maxTokens: ANSWER_TOKENS };
}

/** What an answer says; empty, so that it counts as unreadable, when none came. */
export const textOf = (reply: Reply): string => (reply.state === "answered" ? reply.text : "");

/** What regions of features spread over an SAE show: every answer about a feature is compared with these. */
export interface Elsewhere {
  regions: { feature: number; sampleId: number; answer: string }[];
  /** What asking cost; nothing when it was known. */
  cost: ExplanationCost;
}

/** Asks about strong exemplars of features spread over the SAE. */
export async function askElsewhere(
  reader: Reader,
  rows: readonly EvidenceRow[],
  ctx: ExplainContext,
): Promise<Elsewhere> {
  const questions = await Promise.all(rows.map((row) => regionQuestion(row, ctx)));
  const replies = await reader.ask(questions, ctx.signal);
  const regions = rows.map(({ index, sampleId }, i) => {
    return { feature: index, sampleId, answer: textOf(replies[i] as Reply) };
  });
  return { regions, cost: costOf(replies) };
}

/**
 * The model asked about its own features: "what is shown here?" about each region, a few of them first, and the term that most
 * answers share and that answers about regions of other features lack. A model that knows only short questions can do it.
 * @param elsewhere what regions show in general
 * @param texts strong texts of features spread over the SAE
 */
export function selfExplainer(reader: Reader, elsewhere: Elsewhere, texts: readonly EvidenceRow[]): Explainer {
  const contrasts: Contrasts = {
    regions: elsewhere.regions,
    windows: texts.map(({ index, sampleId, tokens, peakAt }) => ({
      ...{ feature: index, sampleId },
      window: { tokens, peakAt },
    })),
  };
  return {
    name: "self",
    promptVersion: VERSIONS.self,
    model: reader.model,
    wants: { images: IMAGES, texts: TEXTS },
    setUp: elsewhere.cost,
    explain: async (features, context) => {
      const asked = await askAdaptively(reader, features, context);
      return features.map((shown, i) => {
        const { answers, cost, failed } = asked[i]!;
        const explanation = explainSelf(shown, answers, contrasts, contrastOf);
        // Only when nothing at all came back: part of the answers can carry a label.
        const status = failed !== null && failed.n === answers.length ? ("failed" as const) : explanation.status;
        const reason = status === "failed" ? (failed?.reason ?? null) : explanation.reason;
        return { ...explanation, status, reason, cost };
      });
    },
  };
}

interface Asked {
  answers: string[];
  cost: ExplanationCost;
  failed: { n: number; reason: string } | null;
}

/** Asks about a few regions of every feature, and about the others where those answers do not agree. */
async function askAdaptively(reader: Reader, features: readonly Shown[], ctx: ExplainContext): Promise<Asked[]> {
  const out: Asked[] = features.map(() => ({ answers: [], cost: NO_COST, failed: null }));
  const round = async (rowsOf: (s: Shown, i: number) => EvidenceRow[]) => {
    const rows = features.flatMap((s, i) => rowsOf(s, i).map((row) => ({ i, row })));
    const replies = await reader.ask(await Promise.all(rows.map(({ row }) => regionQuestion(row, ctx))), ctx.signal);
    for (const [at, { i }] of rows.entries()) {
      const reply = replies[at] as Reply;
      const own = out[i] as Asked;
      own.answers.push(textOf(reply));
      own.cost = addCost(own.cost, costOf([reply]));
      if (reply.state !== "answered") own.failed = { n: (own.failed?.n ?? 0) + 1, reason: reply.reason };
    }
  };
  await round((s) => s.images.slice(0, FIRST_IMAGES));
  await round((s, i) => (agree(out[i]?.answers ?? []) ? [] : s.images.slice(FIRST_IMAGES, IMAGES)));
  return out;
}

/** True when the first answers all name one same thing: more regions would not change the label. */
export function agree(answers: readonly string[]): boolean {
  if (answers.length < FIRST_IMAGES) return false;
  const [first, ...others] = answers.map(candidatesOf);
  return [...(first?.keys() ?? [])].some((key) => others.every((terms) => terms?.has(key)));
}

/** What regions and texts look like where a feature is silent. */
export interface Contrasts {
  /** Answers about regions of other features, with where they are from. */
  regions: { feature: number; sampleId: number; answer: string }[];
  windows: { feature: number; sampleId: number; window: TokenWindow }[];
}

/**
 * Turns the answers about a feature's regions, or its texts' words, into an explanation. The modality in which it fires
 * more comes first; the other one is tried when that is declined.
 * @param answers of the first shown images, in order; images that were not asked about are no evidence
 * @param contrastOf counts the terms of the contrast answers that are left after excluding this feature's own kin
 */
export function explainSelf(
  shown: Shown,
  answers: readonly string[],
  contrasts: Contrasts,
  contrastOf: (answers: readonly string[]) => Contrast,
): Omit<NewExplanation, "cost"> {
  const { feature, images } = shown;
  // Neighbours fire on the same things, and the feature's own samples are no contrast.
  const kin = kinOf(shown);
  const own = new Set(images.map((row) => row.sampleId));
  const silent = contrasts.regions.filter((c) => !kin.has(c.feature) && !own.has(c.sampleId));
  const byImage = aggregate(answers, contrastOf(silent.map((c) => c.answer)));
  const verdict = chooseVerdict<Verdict>(feature.imageShare, byImage, textVerdict(shown, contrasts.windows));
  return {
    index: feature.index,
    status: verdict.status,
    text: verdict.label,
    kind: verdict.kind,
    reason: verdict.reason,
    evidence: evidenceOf({ ...shown, images: images.slice(0, answers.length) }, verdict, answers, REGION_QUESTION),
  };
}
