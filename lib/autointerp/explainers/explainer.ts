import type { EvidenceRow, PendingFeature } from "@/lib/autointerp/data";
import type { NewExplanation } from "@/lib/autointerp/mutations";
import type { GridPlace } from "@/lib/autointerp/region";
import type { ExplainerName, ExplanationCost } from "@/lib/autointerp/schema";
import type { RgbImage } from "@/lib/media/image";

/** What an explainer is shown of one feature: exemplars of the explain pool only, each sample once, strongest first. */
export interface Shown {
  feature: PendingFeature;
  images: EvidenceRow[];
  texts: EvidenceRow[];
  /** Images that no explainer sees at first: what it makes of the others is held against these. */
  checks?: EvidenceRow[];
  /** Texts, likewise. */
  textChecks?: EvidenceRow[];
  /** Silent samples that come near, the nearest first; for explainers that want them. */
  contrasts?: EvidenceRow[];
  /** Silent samples that come near and are not among those, for explainers that check what they say. */
  silentChecks?: EvidenceRow[];
}

/** A sample as explainers see it. */
export interface ShownSample {
  caption: string | null;
  tags: readonly string[];
  /** Decoded pixels with the place of the feature's grid on them. @throws AppError when the image cannot be read. */
  image(): Promise<{ pixels: RgbImage; place: GridPlace }>;
}

/** What an explainer works with. */
export interface ExplainContext {
  sample(id: number): Promise<ShownSample>;
  signal: AbortSignal;
}

/**
 * One way to explain features. Every feature gets exactly one outcome; only status "explained" has a text. What it was shown
 * stays in the evidence, what it cost in the cost.
 */
export interface Explainer {
  readonly name: ExplainerName;
  /** Changes whenever questions or rules change: explanations of another version are kept beside. */
  readonly promptVersion: string;
  /** Who answered: a model's name, or for captions the dataset they are from. */
  readonly model: string;
  /** What it cost before the first feature; none when it asks nobody. */
  readonly setUp?: ExplanationCost;
  /**
   * Exemplars that it wants to see of a feature, at most. Every second image is kept back to check with; texts and near misses
   * are where it says that it checks with them.
   */
  readonly wants: { images: number; texts: number; contrasts?: number; textChecks?: boolean; silentChecks?: boolean };
  /** Features of one call of `explain`, and calls that may be under way at once; when absent, one call of a batch at a time. */
  readonly batches?: { size: number; atOnce: number };
  /** @returns one explanation per feature, in order */
  explain(features: readonly Shown[], ctx: ExplainContext): Promise<NewExplanation[]>;
}
