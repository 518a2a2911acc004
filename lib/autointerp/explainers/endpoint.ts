import type { EvidenceRow } from "@/lib/autointerp/data";
import type { NewExplanation } from "@/lib/autointerp/mutations";
import type { Reader, Reply } from "@/lib/autointerp/reader";
import type { ExplanationEvidence } from "@/lib/autointerp/schema";
import { costOf, NO_COST } from "./cost";
import { readExplanation } from "./endpoint/answer";
import { imageExamples, picturesOf, silentExamples, strengthOf, windowText } from "./endpoint/examples";
import { answerSchema, PROMPT_VERSION, promptOf } from "./endpoint/prompt";
import type { ExplainContext, Explainer, Shown } from "./explainer";
import { openSelfExplainer } from "./self";

const IMAGES = 8;
const TEXTS = 8;
/** Silent samples of either kind. */
const CONTRASTS = 3;
const ANSWER_TOKENS = 400;

/** Images that a question would like to hold. */
export const WANTED_IMAGES = IMAGES + CONTRASTS;

interface EndpointOptions {
  /** Languages of labels beside English, as codes. */
  languages: readonly string[];
  /** Features asked about at once. */
  atOnce: number;
}

/**
 * A model behind an endpoint is asked one question about each feature: exemplars with their strengths, whole and cut out, samples
 * that come near and are silent, texts; and says label, sentence, kind, confidence and translations, or that it sees no pattern. A
 * model that knows only short questions is asked about single regions instead, as `self` does.
 * @param sample what regions and texts look like in general; used by short questions only
 */
export async function openEndpointExplainer(
  reader: Reader,
  sample: Parameters<typeof openSelfExplainer>[1],
  ctx: ExplainContext,
  { languages, atOnce }: EndpointOptions,
): Promise<Explainer> {
  const batches = { size: 1, atOnce };
  if (!reader.instructed) {
    const self = await openSelfExplainer(reader, sample, ctx);
    return { ...self, name: "endpoint", promptVersion: `endpoint-${self.promptVersion}`, batches };
  }
  return {
    name: "endpoint",
    promptVersion: PROMPT_VERSION,
    model: reader.model,
    wants: { images: IMAGES, texts: TEXTS, contrasts: CONTRASTS },
    batches,
    setUp: NO_COST,
    explain: (features, context) => Promise.all(features.map((one) => explainOne(reader, one, languages, context))),
  };
}

async function explainOne(
  reader: Reader,
  shown: Shown,
  languages: readonly string[],
  ctx: ExplainContext,
): Promise<NewExplanation> {
  const { feature, texts } = shown;
  const contrasts = shown.contrasts ?? [];
  const isText = (row: EvidenceRow) => row.tokens.length > 0;
  const examples = await imageExamples(shown.images, feature.aRef, ctx);
  const silent =
    examples.length > 0
      ? await silentExamples(
          contrasts.filter((row) => !isText(row)),
          ctx,
        )
      : [];
  const silentTexts = texts.length > 0 ? contrasts.filter(isText) : [];
  const evidence: ExplanationEvidence = {
    exemplars: [
      ...[...examples, ...silent].map(({ row }) => exemplarOf(row, "image")),
      ...[...texts, ...silentTexts].map((row) => exemplarOf(row, "text")),
    ],
    support: [],
    runnersUp: [],
  };
  const none = { index: feature.index, text: null, kind: null, evidence };
  if (examples.length + texts.length === 0) {
    const reason = shown.images.length > 0 ? "None of its images can be read." : "There are no exemplars to ask about.";
    return { ...none, status: shown.images.length > 0 ? "failed" : "skipped", reason, cost: NO_COST };
  }
  const layout = examples.length + silent.length <= reader.mostImages ? "apart" : "sheet";
  const text = promptOf({
    strengths: examples.map(({ strength }) => strength),
    silentImages: silent.length,
    texts: texts.map((row) => ({ marked: windowText(row, true), strength: strengthOf(row.peak, feature.aRef) })),
    silentTexts: silentTexts.map((row) => windowText(row, false)),
    layout,
  });
  const question = {
    key: `explain/${feature.index}`,
    images: await picturesOf(
      examples,
      silent.map(({ pixels }) => pixels),
      layout,
    ),
    text,
    maxTokens: ANSWER_TOKENS,
    schema: answerSchema(languages),
  };
  const [reply] = (await reader.ask([question], ctx.signal)) as [Reply];
  const cost = costOf([reply]);
  if (reply.state === "failed") return { ...none, status: "failed", reason: reply.reason, cost };
  if (reply.state === "refused") {
    const reason = `The model would not answer: ${reply.reason}`;
    return { ...none, status: "declined", reason, cost, evidence: { ...evidence, raw: reply.reason } };
  }
  const said = readExplanation(reply.text, languages);
  if (said.status !== "explained") {
    return { ...none, status: said.status, reason: said.reason, cost, evidence: { ...evidence, raw: reply.text } };
  }
  const { label, kind, sentence, confidence, translations } = said;
  return { ...none, status: "explained", text: label, kind, reason: null, sentence, confidence, translations, cost };
}

function exemplarOf(row: EvidenceRow, kind: "image" | "text") {
  return { sampleId: row.sampleId, band: row.band, rank: row.rank, kind, answers: [] };
}
