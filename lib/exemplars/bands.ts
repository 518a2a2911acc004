import type { Corpus } from "@/lib/exemplars/codes";
import type { SamplePeaks } from "@/lib/exemplars/peaks";
import { priorityOf } from "@/lib/exemplars/pool";
import { Rankings } from "@/lib/exemplars/rankings";
import { MIN_FIRING, VALUE_BANDS, type ValueBand } from "@/lib/exemplars/schema";
import { StampedMax } from "@/lib/exemplars/stamped-max";
import type { Statistics } from "@/lib/exemplars/statistics";

const N_BANDS = VALUE_BANDS.length;
/** Share of its reference strength that a neighbour must reach for a sample to count as "alike". */
const STRONG = 0.4;

/** Number 1..5 of the fifth of (0, aRef] that holds a peak, half-open (lo, hi]; 0 when it lies above aRef or is not positive. */
export function bandOf(peak: number, aRef: number): number {
  if (!(peak > 0) || peak > aRef) return 0;
  return Math.min(N_BANDS, Math.max(1, Math.ceil((N_BANDS * peak) / aRef)));
}

/**
 * Second pass: with the reference strengths known, a seeded random sample of each value band, and silent samples where a
 * similar feature fires ("alike"). The sample of a band is the set of its members with the largest hash priorities, which
 * is a uniform reservoir that does not depend on the order of the corpus.
 */
export class Bands {
  readonly image: Rankings[]; // one per band, weakest first
  readonly text: Rankings[];
  readonly alike: Rankings; // samples with images
  readonly alikeText: Rankings;
  private readonly nImage: Uint32Array; // [n, N_BANDS]
  private readonly nText: Uint32Array; // [n, N_BANDS]
  private readonly best: StampedMax;
  /** For each feature, the features that have it among their neighbours. */
  private readonly similarTo: ({ feature: number; cosine: number }[] | undefined)[];

  /**
   * @param aRef reference strength of each feature, [n]
   * @param neighbours of each live feature, by decoder cosine
   */
  constructor(
    readonly stats: Statistics,
    readonly aRef: Float32Array,
    readonly corpus: Corpus,
    neighbours: ReadonlyMap<number, readonly { index: number; cosine: number }[]>,
    readonly options: { perBand: number; alike: number; seed: number },
  ) {
    const { n } = stats;
    const make = () => VALUE_BANDS.map(() => new Rankings(n, options.perBand));
    this.image = make();
    this.text = make();
    this.alike = new Rankings(n, options.alike);
    this.alikeText = new Rankings(n, options.alike);
    this.nImage = new Uint32Array(n * N_BANDS);
    this.nText = new Uint32Array(n * N_BANDS);
    this.best = new StampedMax(n);
    this.similarTo = new Array(n);
    for (const [feature, list] of neighbours) {
      for (const { index, cosine } of list) {
        if (cosine <= 0) continue;
        const known = this.similarTo[index];
        if (known) known.push({ feature, cosine });
        else this.similarTo[index] = [{ feature, cosine }];
      }
    }
  }

  /** Adds one sample; `peaks` must have scanned it. */
  add(sample: number, peaks: SamplePeaks): void {
    if (this.corpus.first[sample] !== sample) return;
    const key = this.corpus.key[sample] as number;
    this.best.reset();
    for (let i = 0; i < peaks.nTouched; i++) {
      const f = peaks.touched[i] as number;
      if ((this.stats.nFiring[f] as number) < MIN_FIRING) continue;
      const aRef = this.aRef[f] as number;
      const image = peaks.imagePeak[f] as number;
      const text = peaks.textPeak[f] as number;
      const priority = priorityOf(key, f, this.options.seed);
      this.count(this.image, this.nImage, f, sample, bandOf(image, aRef), priority);
      this.count(this.text, this.nText, f, sample, bandOf(text, aRef), priority);
      this.noteSimilar(f, image / aRef, text / aRef, peaks);
    }
    const { touched, nTouched, image, text } = this.best;
    for (let i = 0; i < nTouched; i++) {
      const f = touched[i] as number;
      if ((image[f] as number) > 0) this.alike.offer(f, sample, image[f] as number);
      if ((text[f] as number) > 0) this.alikeText.offer(f, sample, text[f] as number);
    }
  }

  /** Ranges and populations of the five bands, strongest first. */
  valueBands(feature: number): ValueBand[] {
    const aRef = this.aRef[feature] as number;
    const firing = (this.stats.nFiringImage[feature] as number) + (this.stats.nFiringText[feature] as number);
    return VALUE_BANDS.map((id, i) => {
      const band = N_BANDS - i;
      const n = this.nImage[feature * N_BANDS + band - 1] as number;
      const nText = this.nText[feature * N_BANDS + band - 1] as number;
      const share = firing === 0 ? 0 : (n + nText) / firing;
      return { id, lo: (aRef * (band - 1)) / N_BANDS, hi: (aRef * band) / N_BANDS, n, nText, share };
    });
  }

  private count(
    into: Rankings[],
    counts: Uint32Array,
    f: number,
    sample: number,
    band: number,
    priority: number,
  ): void {
    if (band === 0) return;
    counts[f * N_BANDS + band - 1] = (counts[f * N_BANDS + band - 1] as number) + 1;
    (into[band - 1] as Rankings).offer(f, sample, priority);
  }

  /** The features that resemble `f` and are silent here get this sample as a hard negative, if `f` fires strongly. */
  private noteSimilar(f: number, image: number, text: number, peaks: SamplePeaks): void {
    if (image < STRONG && text < STRONG) return;
    const similar = this.similarTo[f];
    if (!similar) return;
    for (let i = 0; i < similar.length; i++) {
      const { feature, cosine } = similar[i] as (typeof similar)[number];
      if (!peaks.fired(feature)) this.best.offer(feature, cosine * Math.min(1, image), cosine * Math.min(1, text));
    }
  }
}
