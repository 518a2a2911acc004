import { type Contrast, candidatesOf, contrastOf } from "@/lib/autointerp/aggregate";
import type { CaptionContrast, EvidenceRow } from "@/lib/autointerp/data";
import type { NewExplanation } from "@/lib/autointerp/mutations";
import type { Reader, Reply } from "@/lib/autointerp/reader";
import type { ExplanationCost } from "@/lib/autointerp/schema";
import { lead, type Read, type Source, verdictOf, weighTerms } from "@/lib/autointerp/weigh";
import {
  CAPTION_IMAGES,
  CAPTION_TEXTS,
  CaptionReader,
  chooseVerdict,
  ENOUGH_SHARE,
  evidenceOf,
  textVerdict,
} from "./captions";
import { addCost, costOf, NO_COST } from "./cost";
import type { ExplainContext, Explainer, Shown } from "./explainer";
import { type Elsewhere, REGION_QUESTION, regionQuestion, textOf } from "./self";
import { kinOf } from "./shown";
import { VERSIONS } from "./versions";

/** Chance that the model names what a feature stands for when it sees one region of it. */
const REGION_HIT = 0.6;
/** Regions asked about at most before, and after a label fails the exemplars kept for checks. */
const REGIONS = 5;
const MORE_REGIONS = 2;
/** No more questions once the best term is so far ahead, in nats: e^3 is 20 to 1. */
const SETTLED = 3;
/** A label that the captions of so many of the checks do not name is looked at again. */
const FAILED = 0.5;

/** All that is known of one feature, growing with each question. */
class Weighing {
  readonly answers: string[] = [];
  cost: ExplanationCost = NO_COST;
  failures: string[] = [];

  constructor(
    readonly shown: Shown,
    /** Images in the order in which they are asked about. */
    readonly images: EvidenceRow[],
    readonly captions: Source,
    private readonly regions: Contrast,
  ) {}

  get sources(): Source[] {
    const reads = this.answers.map((answer, i) => this.believed(candidatesOf(answer), i));
    const region = { contrast: this.regions, hit: REGION_HIT, selective: false, among: this.captions.reads };
    return [this.captions, { reads, ...region }];
  }

  /** A thing of which captions speak, and the caption of this image does not, was misread: that says nothing about the feature. */
  private believed(read: Read, i: number): Read {
    const caption = this.captions.reads[i];
    if (!read || read.size === 0 || !caption) return read;
    const known = (key: string) => caption.has(key) || (this.captions.contrast.hits.get(key) ?? 0) === 0;
    return [...read.keys()].some(known) ? read : null;
  }

  /** True when another answer would hardly change the label. */
  get settled(): boolean {
    return this.answers.length > 0 && lead(weighTerms(this.sources)) > SETTLED;
  }

  add(reply: Reply): void {
    this.answers.push(textOf(reply));
    this.cost = addCost(this.cost, costOf([reply]));
    if (reply.state !== "answered") this.failures.push(reply.reason);
  }
}

/**
 * Explains a feature with as few questions as its evidence needs. Captions of the images where it fires propose terms; then the
 * model is asked about one region after the other, and stops as soon as one term is far enough ahead (a sequential test; Wald,
 * Annals of Mathematical Statistics 16, 1945). A label that exemplars kept for checks speak against is weighed once more, with
 * those exemplars as further evidence.
 * @param elsewhere what regions show in general, with which every answer is compared
 */
export function pipelineExplainer(reader: Reader, captions: CaptionContrast, elsewhere: Elsewhere): Explainer {
  const captionReader = new CaptionReader(captions);

  const weighing = async (shown: Shown, images: EvidenceRow[], context: ExplainContext) => {
    const kin = kinOf(shown);
    const regions = contrastOf(elsewhere.regions.filter((e) => !kin.has(e.feature)).map((e) => e.answer));
    return new Weighing(shown, images, await captionReader.source(images, context), regions);
  };
  /** One question for each of them. */
  const askNext = async (list: readonly Weighing[], context: ExplainContext) => {
    const questions = list.map((w) => regionQuestion(w.images[w.answers.length] as EvidenceRow, context));
    const answered = await reader.ask(await Promise.all(questions), context.signal);
    for (const [i, w] of list.entries()) w.add(answered[i] as Reply);
  };
  const askUntilSettled = async (list: readonly Weighing[], most: number, context: ExplainContext) => {
    for (let round = 0; round < most; round++) {
      const open = list.filter((w) => !w.settled && w.answers.length < Math.min(most, w.images.length));
      if (open.length > 0) await askNext(open, context);
    }
  };
  /** With the checks as evidence, those that speak against the label first. */
  const again = async (w: Weighing, context: ExplainContext): Promise<Weighing | null> => {
    const checks = w.shown.checks ?? [];
    const verdict = verdictOf(w.sources);
    if (verdict.status !== "explained" || checks.length === 0) return null;
    const { reads } = await captionReader.source(checks, context);
    const names = (read: Read) => verdict.support.some(({ kind, term }) => read?.has(`${kind}:${term}`));
    const known = checks.flatMap((row, i) => (reads[i] ? [{ row, fits: names(reads[i] as Read) }] : []));
    const against = known.filter(({ fits }) => !fits);
    if (known.length === 0 || against.length <= FAILED * known.length) return null;
    const asked = w.answers.length;
    const images = [...w.images.slice(0, asked), ...against.map(({ row }) => row), ...w.images.slice(asked)];
    const next = await weighing(w.shown, images, context);
    next.answers.push(...w.answers);
    next.cost = w.cost;
    next.failures = w.failures;
    return next;
  };

  return {
    name: "pipeline",
    promptVersion: VERSIONS.pipeline,
    model: reader.model,
    wants: { images: CAPTION_IMAGES, texts: CAPTION_TEXTS },
    setUp: elsewhere.cost,
    explain: async (features, context) => {
      const weighings = await Promise.all(features.map((shown) => weighing(shown, shown.images, context)));
      const pictured = weighings.filter((w) => w.images.length > 0 && hasPictures(w.shown, captions));
      await askUntilSettled(pictured, REGIONS, context);
      const renewed = new Map<Weighing, Weighing>();
      for (const w of pictured) {
        const next = await again(w, context);
        if (next) renewed.set(w, next);
      }
      const doubtful = [...renewed.values()];
      for (let round = 0; round < MORE_REGIONS; round++) {
        const open = doubtful.filter((w) => w.answers.length < w.images.length);
        if (open.length > 0) await askNext(open, context);
      }
      return weighings.map((w) => explanationOf(renewed.get(w) ?? w, captions));
    },
  };
}

/** False when no region needs to be asked about: a feature fires in texts only, or first of all and these have a word in common. */
function hasPictures(shown: Shown, { windows }: CaptionContrast): boolean {
  const { imageShare } = shown.feature;
  return imageShare >= 0.5 || (imageShare >= ENOUGH_SHARE && textVerdict(shown, windows).status !== "explained");
}

function explanationOf(w: Weighing, { windows }: CaptionContrast): NewExplanation {
  const { feature } = w.shown;
  const byImage = verdictOf(w.sources);
  const byText = textVerdict(w.shown, windows);
  const verdict = chooseVerdict(feature.imageShare, byImage, byText);
  const lost = w.failures.length > 0 && w.failures.length === w.answers.length && verdict.status !== "explained";
  return {
    index: feature.index,
    status: lost ? "failed" : verdict.status,
    text: verdict.label,
    kind: verdict.kind,
    reason: lost ? (w.failures[0] as string) : verdict.reason,
    confidence: verdict.confidence,
    evidence: evidenceOf({ ...w.shown, images: w.images }, verdict, w.answers, REGION_QUESTION),
    cost: w.cost,
  };
}
