import type { Contrast, Verdict } from "@/lib/autointerp/aggregate";
import { captionTerms } from "@/lib/autointerp/caption-terms";
import type { CaptionContrast, EvidenceRow } from "@/lib/autointerp/data";
import type { ExplanationEvidence } from "@/lib/autointerp/schema";
import { labelTexts } from "@/lib/autointerp/text-label";
import { type Read, type Source, type Sure, verdictOf } from "@/lib/autointerp/weigh";
import { NO_COST } from "./cost";
import type { ExplainContext, Explainer, Shown } from "./explainer";
import { kinOf } from "./shown";
import { VERSIONS } from "./versions";

/** Chance that a caption names what a feature stands for. */
const CAPTION_HIT = 0.8;
export const CAPTION_IMAGES = 12;
export const CAPTION_TEXTS = 12;

/** Reads captions of shown images against those of the dataset. */
export class CaptionReader {
  private readonly contrast: Contrast;

  constructor(given: CaptionContrast) {
    const hits = new Map<string, number>();
    for (const { caption, tags } of given.captions)
      for (const key of captionTerms(caption, tags).keys()) hits.set(key, (hits.get(key) ?? 0) + 1);
    this.contrast = { n: given.captions.length, hits };
  }

  async source(images: readonly EvidenceRow[], ctx: ExplainContext): Promise<Source> {
    const reads = await Promise.all(
      images.map(async (row): Promise<Read> => {
        const { caption, tags } = await ctx.sample(row.sampleId);
        return caption === null && tags.length === 0 ? null : captionTerms(caption, tags);
      }),
    );
    return { reads, contrast: this.contrast, hit: CAPTION_HIT, selective: true };
  }
}

/** What a feature's own texts say, against texts of features that fire on other things. */
export function textVerdict(shown: Shown, windows: CaptionContrast["windows"]): Sure {
  const kin = kinOf(shown);
  const own = new Set(shown.texts.map((row) => row.sampleId));
  const others = windows.filter((w) => !kin.has(w.feature) && !own.has(w.sampleId)).map((w) => w.window);
  return labelTexts(
    shown.texts.map(({ tokens, peakAt }) => ({ tokens, peakAt })),
    others,
  );
}

/** Share of a feature's firing that texts, or images, need to give it its label. */
export const ENOUGH_SHARE = 0.2;

/**
 * What a feature stands for: what is found where it fires more, in images or in texts, else in the other ones if it fires there
 * enough. A word of the few texts in which a feature of images fires would be no label of it.
 */
export function chooseVerdict<V extends Verdict>(imageShare: number, byImage: V, byText: V): V {
  const images = imageShare >= 0.5;
  const [main, other] = images ? [byImage, byText] : [byText, byImage];
  if (main.status === "explained" || (other.status !== "explained" && main.status !== "skipped")) return main;
  if (other.status !== "explained" || (images ? 1 - imageShare : imageShare) >= ENOUGH_SHARE) return other;
  const seldom = `In ${images ? "texts" : "images"}, where it fires seldom: ${other.label}.`;
  return { ...main, status: "declined", reason: `${main.reason ?? ""} ${seldom}`.trim() };
}

/** What an explanation rests on, as it is stored. */
export function evidenceOf(shown: Shown, verdict: Verdict, answers: readonly string[] = [], question = "") {
  const of = (row: EvidenceRow, kind: "image" | "text", said: string | undefined) => ({
    ...{ sampleId: row.sampleId, band: row.band, rank: row.rank, kind },
    answers: said === undefined ? [] : [{ question, answer: said }],
  });
  return {
    exemplars: [
      ...shown.images.map((row, i) => of(row, "image", answers[i])),
      ...shown.texts.map((row) => of(row, "text", undefined)),
    ],
    support: verdict.support,
    runnersUp: verdict.runnersUp,
  } satisfies ExplanationEvidence;
}

/**
 * Names features by the words of captions and tags that are frequent where they fire and rare elsewhere, and by the words of their
 * texts; asks no model. Captions speak of whole images: it cannot tell a thing from what is always beside it.
 */
export function captionsExplainer(given: CaptionContrast): Explainer {
  const captions = new CaptionReader(given);
  return {
    name: "captions",
    promptVersion: VERSIONS.captions,
    model: given.dataset,
    wants: { images: CAPTION_IMAGES, texts: CAPTION_TEXTS },
    explain: async (features, ctx) => {
      const started = Date.now();
      const explained = await Promise.all(
        features.map(async (shown) => {
          const source = await captions.source(shown.images, ctx);
          const byImage = verdictOf([source]);
          const byText = textVerdict(shown, given.windows);
          const verdict = chooseVerdict(shown.feature.imageShare, byImage, byText);
          const { status, label: text, kind, reason, confidence } = verdict;
          return {
            ...{ index: shown.feature.index, status, text, kind, reason, confidence },
            evidence: evidenceOf(shown, verdict),
          };
        }),
      );
      // They are read together, so each took its share.
      const ms = Math.round((Date.now() - started) / Math.max(1, features.length));
      return explained.map((e) => ({ ...e, cost: { ...NO_COST, ms } }));
    },
  };
}
