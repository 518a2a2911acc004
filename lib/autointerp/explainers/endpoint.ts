import type { EvidenceRow } from "@/lib/autointerp/data";
import type { NewExplanation } from "@/lib/autointerp/mutations";
import type { Reader, Reply } from "@/lib/autointerp/reader";
import type { ExplanationCost, ExplanationEvidence } from "@/lib/autointerp/schema";
import { addCost, costOf, NO_COST } from "./cost";
import { type Explained, readExplanation } from "./endpoint/answer";
import { exemplarsOf, explainQuestion, readSeen } from "./endpoint/question";
import { refined } from "./endpoint/refine";
import type { ExplainContext, Explainer, Shown } from "./explainer";
import { askElsewhere, selfExplainer } from "./self";
import { ENDPOINT_REFINED, ENDPOINT_SELF, VERSIONS } from "./versions";

const IMAGES = 8;
const TEXTS = 8;
/** Silent samples of either kind. */
const CONTRASTS = 3;

/** Images that a question would like to hold. */
export const WANTED_IMAGES = IMAGES + CONTRASTS;

interface EndpointOptions {
  /** Languages of labels beside English, as codes. */
  languages: readonly string[];
  /** Features asked about at once. */
  atOnce: number;
  /** Labels are checked against samples that they were not made from, and refined with those they are wrong about. */
  refine: boolean;
}

/**
 * A model behind an endpoint is asked one question about each feature: exemplars with their strengths, whole and cut out, samples
 * that come near and are silent, texts; and says label, sentence, kind, confidence and translations, or that it sees no pattern. A
 * model that knows only short questions is asked about single regions instead, as `self` does.
 * @param sample what regions and texts look like in general; used by short questions only
 */
export async function openEndpointExplainer(
  reader: Reader,
  sample: { regions: readonly EvidenceRow[]; texts: readonly EvidenceRow[] },
  ctx: ExplainContext,
  options: EndpointOptions,
): Promise<Explainer> {
  const { atOnce, refine } = options;
  const batches = { size: 1, atOnce };
  if (!reader.instructed) {
    const self = selfExplainer(reader, await askElsewhere(reader, sample.regions, ctx), sample.texts);
    return { ...self, name: "endpoint", promptVersion: ENDPOINT_SELF, batches };
  }
  return {
    name: "endpoint",
    promptVersion: refine ? ENDPOINT_REFINED : VERSIONS.endpoint,
    model: reader.model,
    wants: { images: IMAGES, texts: TEXTS, contrasts: CONTRASTS, textChecks: true, silentChecks: refine },
    batches,
    setUp: NO_COST,
    explain: (features, context) => Promise.all(features.map((one) => explainOne(reader, one, options, context))),
  };
}

async function explainOne(
  reader: Reader,
  shown: Shown,
  { languages, refine }: EndpointOptions,
  ctx: ExplainContext,
): Promise<NewExplanation> {
  const { index, aRef } = shown.feature;
  const seen = await readSeen(shown, ctx);
  const evidence: ExplanationEvidence = { exemplars: exemplarsOf(seen), support: [], runnersUp: [] };
  const none = { index, text: null, kind: null, evidence };
  if (seen.examples.length + seen.texts.length === 0) {
    const reason = shown.images.length > 0 ? "None of its images can be read." : "There are no exemplars to ask about.";
    return { ...none, status: shown.images.length > 0 ? "failed" : "skipped", reason, cost: NO_COST };
  }
  const question = await explainQuestion(`explain/${index}`, seen, aRef, reader, languages);
  const [reply] = (await reader.ask([question], ctx.signal)) as [Reply];
  const cost = costOf([reply]);
  if (reply.state === "failed") return { ...none, status: "failed", reason: reply.reason, cost };
  if (reply.state === "refused") {
    const reason = `The model would not answer: ${reply.reason}`;
    return { ...none, status: "declined", reason, cost, evidence: { ...evidence, raw: reply.reason } };
  }
  const first = readExplanation(reply.text, languages);
  if (first.status !== "explained") {
    return { ...none, status: first.status, reason: first.reason, cost, evidence: { ...evidence, raw: reply.text } };
  }
  if (!refine) return { ...explanationOf(index, first, cost), evidence };
  const best = await refined(reader, shown, { said: first, seen }, languages, ctx);
  return {
    ...explanationOf(index, best.said, addCost(cost, best.cost)),
    evidence: { ...evidence, exemplars: exemplarsOf(best.seen), checks: best.checks },
  };
}

const explanationOf = (index: number, { label, ...said }: Explained, cost: ExplanationCost) => ({
  ...{ index, text: label, reason: null, cost },
  ...said,
});
