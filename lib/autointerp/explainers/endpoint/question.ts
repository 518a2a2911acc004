import type { EvidenceRow } from "@/lib/autointerp/data";
import type { Question, Reader } from "@/lib/autointerp/reader";
import type { ExplanationEvidence } from "@/lib/autointerp/schema";
import type { ExplainContext, Shown } from "../explainer";
import {
  type ImageExample,
  imageExamples,
  type Pictured,
  picturedOf,
  picturesOf,
  strengthOf,
  windowText,
} from "./examples";
import { answerSchema, type Earlier, promptOf } from "./prompt";

const ANSWER_TOKENS = 400;

/** What a question about a feature shows, as far as it could be read. */
export interface Seen {
  examples: ImageExample[];
  silent: Pictured[];
  texts: EvidenceRow[];
  silentTexts: EvidenceRow[];
}

export const isText = (row: EvidenceRow) => row.tokens.length > 0;

/** Reads what is to be shown; silent samples only beside examples of their sort. */
export async function readSeen({ feature, images, texts, contrasts = [] }: Shown, ctx: ExplainContext): Promise<Seen> {
  const examples = await imageExamples(images, feature.aRef, ctx);
  const silentImages = examples.length > 0 ? contrasts.filter((row) => !isText(row)) : [];
  const silent = await picturedOf(silentImages, ctx);
  return { examples, silent, texts, silentTexts: texts.length > 0 ? contrasts.filter(isText) : [] };
}

/** @param aRef reference strength of the feature */
export async function explainQuestion(
  key: string,
  { examples, silent, texts, silentTexts }: Seen,
  aRef: number,
  { mostImages }: Pick<Reader, "mostImages">,
  languages: readonly string[],
  earlier?: Earlier,
): Promise<Question> {
  const layout = examples.length + silent.length <= mostImages ? "apart" : "sheet";
  const text = promptOf({
    strengths: examples.map(({ strength }) => strength),
    silentImages: silent.length,
    texts: texts.map((row) => ({ marked: windowText(row, true), strength: strengthOf(row.peak, aRef) })),
    silentTexts: silentTexts.map((row) => windowText(row, false)),
    layout,
    earlier,
  });
  const pixels = silent.map((one) => one.pixels);
  const images = await picturesOf(examples, pixels, layout);
  return { key, images, text, maxTokens: ANSWER_TOKENS, schema: answerSchema(languages) };
}

/** What was shown, as evidence keeps it. */
export function exemplarsOf({ examples, silent, texts, silentTexts }: Seen): ExplanationEvidence["exemplars"] {
  const of = ({ sampleId, band, rank }: EvidenceRow, kind: "image" | "text") => {
    return { sampleId, band, rank, kind, answers: [] };
  };
  return [
    ...[...examples, ...silent].map(({ row }) => of(row, "image")),
    ...[...texts, ...silentTexts].map((row) => of(row, "text")),
  ];
}
