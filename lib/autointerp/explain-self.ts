import { aggregate, type Contrast, candidatesOf, type Verdict } from "@/lib/autointerp/aggregate";
import type { EvidenceRow, PendingFeature } from "@/lib/autointerp/data";
import type { NewExplanation } from "@/lib/autointerp/mutations";
import type { SelfEvidence } from "@/lib/autointerp/schema";
import { labelTexts, type TokenWindow } from "@/lib/autointerp/text-label";

/** Changes whenever questions or rules change: explanations of another version are kept beside. */
export const SELF_PROMPT = "self-1";
/** Asked about an image of which only the highlighted region is left. */
export const REGION_QUESTION = "what is shown here?";
/** Bands whose exemplars an explainer may see. */
export const EXPLAIN_BANDS = ["top", "mean", "b5", "b4"] as const;

const IMAGES = 5;
/** Regions asked about first; the others only when these do not agree. */
export const FIRST_IMAGES = 3;
const TEXTS = 12;

/** What the explainer is shown of one feature: exemplars of the explain pool only, each sample once, strongest first. */
export interface Shown {
  feature: PendingFeature;
  images: EvidenceRow[];
  texts: EvidenceRow[];
}

export function chooseShown(feature: PendingFeature, rows: readonly EvidenceRow[]): Shown {
  const pool = rows.filter((row) => row.index === feature.index && row.pool === "explain");
  const seen = new Set<string>();
  const distinct = pool.filter((row) => {
    const key = `${row.sampleId}/${row.tokens.length > 0}`;
    return !seen.has(key) && seen.add(key);
  });
  return {
    feature,
    images: distinct.filter((row) => row.tokens.length === 0).slice(0, IMAGES),
    texts: distinct.filter((row) => row.tokens.length > 0).slice(0, TEXTS),
  };
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

export const windowOf = (row: Pick<EvidenceRow, "tokens" | "peakAt">): TokenWindow => ({
  tokens: row.tokens,
  peakAt: row.peakAt,
});

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
  const { feature, images, texts } = shown;
  // Neighbours fire on the same things, and the feature's own samples are no contrast.
  const kin = new Set([
    feature.index,
    ...(feature.neighbours as unknown as { index: number; cosine: number }[])
      .filter((n) => n.cosine > 0.4)
      .map((n) => n.index),
  ]);
  const own = new Set([...images, ...texts].map((row) => row.sampleId));
  const silent = <T extends { feature: number; sampleId: number }>(list: readonly T[]) =>
    list.filter((c) => !kin.has(c.feature) && !own.has(c.sampleId));
  const byImage = () => aggregate(answers, contrastOf(silent(contrasts.regions).map((c) => c.answer)));
  const byText = () =>
    labelTexts(
      texts.map(windowOf),
      silent(contrasts.windows).map((c) => c.window),
    );
  const order = feature.imageShare >= 0.5 ? [byImage, byText] : [byText, byImage];
  const verdict = firstExplained(order);
  const evidence: SelfEvidence = {
    exemplars: [
      ...images.map((row, i) =>
        exemplarOf(row, "image", [{ question: REGION_QUESTION, answer: answers[i] as string }]),
      ),
      ...texts.map((row) => exemplarOf(row, "text", [])),
    ],
    support: verdict.support,
    runnersUp: verdict.runnersUp,
  };
  return {
    index: feature.index,
    status: verdict.status,
    text: verdict.label,
    kind: verdict.kind,
    reason: verdict.reason,
    evidence,
  };
}

function firstExplained(order: readonly (() => Verdict)[]): Verdict {
  const verdicts: Verdict[] = [];
  for (const make of order) {
    const verdict = make();
    if (verdict.status === "explained") return verdict;
    verdicts.push(verdict);
  }
  return verdicts.find((v) => v.status !== "skipped") ?? (verdicts[0] as Verdict);
}

function exemplarOf(row: EvidenceRow, kind: "image" | "text", answers: { question: string; answer: string }[]) {
  return { sampleId: row.sampleId, band: row.band, rank: row.rank, kind, answers };
}
