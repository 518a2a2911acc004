import { ROW_IMAGE, type SampleCodes } from "@/lib/exemplars/codes";
import type { SamplePeaks } from "@/lib/exemplars/peaks";
import { Rankings } from "@/lib/exemplars/rankings";
import { FACETS, type Facet } from "@/lib/exemplars/schema";
import { StampedMax } from "@/lib/exemplars/stamped-max";

/** Samples kept per facet. */
const KEPT = 2;

/** What is known of a sample that decides its facets. */
export interface FacetFacts {
  /** A picture in a style that the model never saw in training. */
  unseen: boolean;
  /** 1 where a written word covers most of a cell, [cells]; undefined when no word is known of. */
  signs?: Uint8Array;
}

/** What a feature does in one facet. */
export interface FacetCount {
  facet: Facet;
  n: number;
  of: number;
  peak: number;
  samples: number[];
}

/**
 * In which ways a feature is met: `picture`, `drawing` (a picture in a style that the model never saw), `sign` (the cells
 * of an image that a written word covers), `caption` (text beside an image), `chat` (text without one). Counted in samples,
 * near-duplicates folded, on the feature's one scale. Where nothing is known of an image all of it counts as a picture.
 * Memory: 5 x 24 bytes a feature.
 */
export class Facets {
  private readonly n: Record<Facet, Uint32Array>; // [n] samples that fire
  private readonly peak: Record<Facet, Float32Array>; // [n]
  private readonly best: Record<Facet, Rankings>;
  private readonly of: Record<Facet, number>; // samples that could
  private readonly split: StampedMax; // `image`: outside of signs, `text`: on signs

  constructor(n: number) {
    this.n = perFacet(() => new Uint32Array(n));
    this.peak = perFacet(() => new Float32Array(n));
    this.best = perFacet(() => new Rankings(n, KEPT));
    this.of = perFacet(() => 0);
    this.split = new StampedMax(n);
  }

  /** Adds one sample that is no repetition; `peaks` must have scanned it. */
  add(codes: SampleCodes, peaks: SamplePeaks, facts: FacetFacts | undefined): void {
    const isImage = peaks.imageRows > 0;
    const text: Facet = isImage ? "caption" : "chat";
    const picture: Facet = facts?.unseen ? "drawing" : "picture";
    this.of[text]++;
    if (isImage) this.of[picture]++;
    const signs = facts?.signs;
    if (signs) {
      this.of.sign++;
      this.splitImage(codes, signs);
    }
    for (let i = 0; i < peaks.nTouched; i++) {
      const f = peaks.touched[i] as number;
      this.note(text, f, codes.sample, peaks.textPeak[f] as number);
      if (!signs) this.note(picture, f, codes.sample, peaks.imagePeak[f] as number);
    }
    for (let i = 0; signs && i < this.split.nTouched; i++) {
      const f = this.split.touched[i] as number;
      this.note(picture, f, codes.sample, this.split.image[f] as number);
      this.note("sign", f, codes.sample, this.split.text[f] as number);
    }
  }

  /** All facets of a feature that some sample could show, in the order of FACETS. */
  countsOf(feature: number): FacetCount[] {
    return FACETS.filter((facet) => this.of[facet] > 0).map((facet) => ({
      facet,
      n: this.n[facet][feature] as number,
      of: this.of[facet],
      peak: this.peak[facet][feature] as number,
      samples: this.best[facet].ranked(feature).map((r) => r.sample),
    }));
  }

  private splitImage(codes: SampleCodes, signs: Uint8Array): void {
    this.split.reset();
    for (let r = 0; r < codes.rows; r++) {
      if (codes.kind[r] !== ROW_IMAGE) continue;
      const onSign = signs[codes.at[r] as number] === 1;
      for (let i = r * codes.k; i < (r + 1) * codes.k; i++) {
        const v = codes.value[i] as number;
        if (v > 0) this.split.offer(codes.index[i] as number, onSign ? 0 : v, onSign ? v : 0);
      }
    }
  }

  private note(facet: Facet, f: number, sample: number, value: number): void {
    if (!(value > 0)) return;
    this.n[facet][f] = (this.n[facet][f] as number) + 1;
    if (value > (this.peak[facet][f] as number)) this.peak[facet][f] = value;
    this.best[facet].offer(f, sample, value);
  }
}

function perFacet<T>(make: () => T): Record<Facet, T> {
  return Object.fromEntries(FACETS.map((facet) => [facet, make()])) as Record<Facet, T>;
}
