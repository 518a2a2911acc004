import type { SamplePeaks } from "@/lib/exemplars/peaks";
import { Rankings } from "@/lib/exemplars/rankings";
import type { Statistics } from "@/lib/exemplars/statistics";

/** Share of its reference strength from which on a firing counts as one that a feature is about: all but the lowest band. */
const COUNTS = 0.2;

/**
 * The samples that stand for all samples where a feature fires: up to 64 images and 64 texts, drawn in the first pass with a
 * weight of their squared peak, less those below a fifth of the reference strength, which only the second pass can tell.
 * What is said of words, sources and company of a feature is said of these.
 */
export class Drawn {
  readonly image: Rankings;
  readonly text: Rankings;

  /** @param aRef reference strength of each feature, [n] */
  constructor(
    private readonly stats: Statistics,
    private readonly aRef: Float32Array,
  ) {
    this.image = new Rankings(stats.n, stats.drawnImage.capacity);
    this.text = new Rankings(stats.n, stats.drawnText.capacity);
  }

  /** Second pass, one sample that is no repetition; `peaks` must have scanned it. */
  add(sample: number, peaks: SamplePeaks): void {
    for (let i = 0; i < peaks.nTouched; i++) {
      const f = peaks.touched[i] as number;
      if (this.has(f, sample, peaks.imagePeak[f] as number, this.stats.drawnImage)) this.image.offer(f, sample, 0);
      if (this.has(f, sample, peaks.textPeak[f] as number, this.stats.drawnText)) this.text.offer(f, sample, 0);
    }
  }

  /** Whether an image is among those drawn for a feature. */
  hasImage(f: number, sample: number, peak: number): boolean {
    return this.has(f, sample, peak, this.stats.drawnImage);
  }

  /** Whether a text is among those drawn for a feature. */
  hasText(f: number, sample: number, peak: number): boolean {
    return this.has(f, sample, peak, this.stats.drawnText);
  }

  /** Samples of a feature, ascending. */
  of(feature: number, kind: "image" | "text"): number[] {
    return this[kind].ranked(feature).map((r) => r.sample);
  }

  private has(f: number, sample: number, peak: number, drawn: Rankings): boolean {
    if (!(peak > 0) || peak < COUNTS * (this.aRef[f] as number)) return false;
    return drawn.reaches(f, this.stats.drawOf(f, sample, peak));
  }
}
