import { Bands } from "@/lib/exemplars/bands";
import { type Choice, chooseExemplars, EXEMPLAR_SIZES, type Found } from "@/lib/exemplars/choose";
import type { CodeSource, Corpus, SampleCodes } from "@/lib/exemplars/codes";
import { Drawn } from "@/lib/exemplars/drawn";
import { type ExtractedExemplar, extractExemplars } from "@/lib/exemplars/extract";
import { type FacetFacts, Facets } from "@/lib/exemplars/facets";
import { FiresWith, type FiresWithSlice } from "@/lib/exemplars/fires-with";
import { LookAlikes } from "@/lib/exemplars/look-alikes";
import { PeakCompany } from "@/lib/exemplars/peak-company";
import { SamplePeaks } from "@/lib/exemplars/peaks";
import { MIN_FIRING } from "@/lib/exemplars/schema";
import { Statistics } from "@/lib/exemplars/statistics";
import type { Matrix } from "@/lib/tensor/matrix";

/** Share of the positive activations that lie below a feature's reference strength. */
const REFERENCE_QUANTILE = 0.999;
/** Images and texts drawn per feature among those where it fires. */
const DRAWN = 64;
/** Features whose grids and partners are held at once in the third pass: 44 kB each at most, 450 MB together. */
const SLICE = 10_240;

/** Everything known about the features after two passes; partners are counted in the third. */
export interface Collection extends Found {
  aRef: Float32Array; // [n] 99.9th percentile of the positive activations, 0 when dead
  firesWith: Grounds<FiresWith>;
  drawn: Drawn;
}

/** Company over the cells of images, and along the tokens of texts. */
export interface Grounds<T> {
  image: T;
  text: T;
}

type Neighbours = ReadonlyMap<number, readonly { index: number; cosine: number }[]>;

export interface CollectOptions {
  seed: number;
  /** Rows and columns of the base grid. */
  grid: { rows: number; cols: number };
  /** What is known of a sample that decides its facets. */
  facts?: (sample: number) => FacetFacts | undefined;
  /** Unit rows per sample by which images look alike, zero rows for texts, [nSamples, d]. */
  embedding?: Matrix;
  /** Nearest features by decoder cosine, asked for once the live ones are known. */
  neighbours(live: Int32Array): Promise<Neighbours> | Neighbours;
  /** Called after every sample of every pass, with the pass (1 or 2). */
  onSample?: (pass: 1 | 2) => void;
}

/**
 * Statistics and rankings of n features over a corpus of sparse codes, in two streaming passes. Memory does not grow with
 * the corpus.
 */
export async function collectFeatures(
  source: CodeSource,
  n: number,
  corpus: Corpus,
  options: CollectOptions,
): Promise<Collection> {
  const { image, mean, text, miss, perBand } = EXEMPLAR_SIZES;
  const sizes = { image, mean, text: Math.max(text, image), almost: miss, drawn: DRAWN };
  const stats = new Statistics(n, corpus, sizes, options.seed);
  const peaks = new SamplePeaks(n);
  for await (const codes of source()) {
    peaks.scan(codes);
    stats.add(codes, peaks);
    options.onSample?.(1);
  }
  const aRef = new Float32Array(n);
  for (let f = 0; f < n; f++) {
    aRef[f] = Math.min(
      stats.max[f] as number,
      stats.histograms.quantile(f, REFERENCE_QUANTILE, stats.max[f] as number),
    );
  }
  const neighbours = await options.neighbours(liveFeatures(stats, 1));
  const bands = new Bands(stats, aRef, corpus, neighbours, { perBand, alike: miss, seed: options.seed });
  const live = (f: number) => (stats.nFiring[f] as number) >= MIN_FIRING;
  const firesWith = {
    image: new FiresWith(n, new PeakCompany({ kind: "image", ...options.grid }, aRef, live)),
    text: new FiresWith(n, new PeakCompany({ kind: "text" }, aRef, live)),
  };
  const drawn = new Drawn(stats, aRef);
  const facets = new Facets(n);
  const lookAlikes = options.embedding
    ? await LookAlikes.among(options.embedding, corpus, topImages(stats, liveFeatures(stats)))
    : null;
  for await (const codes of source()) {
    const { sample } = codes;
    peaks.scan(codes);
    bands.add(sample, peaks);
    if (corpus.first[sample] === sample) {
      drawn.add(sample, peaks);
      addCompany(firesWith, codes, peaks, drawn);
      facets.add(codes, peaks, options.facts?.(sample));
      lookAlikes?.strike(sample, peaks);
    }
    options.onSample?.(2);
  }
  return { stats, aRef, bands, drawn, firesWith, facets, lookAlikes };
}

/** Adds one sample to the company on both grounds, for the features that it was drawn for; `peaks` must have scanned it. */
function addCompany(to: Grounds<Pick<FiresWith, "add">>, codes: SampleCodes, peaks: SamplePeaks, drawn: Drawn): void {
  const { sample } = codes;
  to.image.add(codes, peaks, (f) => drawn.hasImage(f, sample, peaks.imagePeak[f] as number));
  to.text.add(codes, peaks, (f) => drawn.hasText(f, sample, peaks.textPeak[f] as number));
}

/** The strongest images of each feature that fires on some, in the order of their rank. */
export function topImages(stats: Statistics, features: Int32Array): Map<number, number[]> {
  const out = new Map<number, number[]>();
  for (const f of features) {
    const top = stats.byPeak.ranked(f).slice(0, EXEMPLAR_SIZES.image);
    if (top.length > 0)
      out.set(
        f,
        top.map((r) => r.sample),
      );
  }
  return out;
}

/** Features that fired in at least `least` samples, ascending. */
export function liveFeatures(stats: Statistics, least: number = MIN_FIRING): Int32Array {
  const out: number[] = [];
  for (let f = 0; f < stats.n; f++) if ((stats.nFiring[f] as number) >= least) out.push(f);
  return Int32Array.from(out);
}

/** What the third pass finds for some features. */
export interface CollectedSlice {
  /** In the order of the corpus. */
  exemplars: ExtractedExemplar[];
  firesWith: Grounds<FiresWithSlice>;
}

/**
 * Third pass: exemplars and partners of all features, in slices of features so that what is in memory stays bounded, once
 * through the codes for each. Slices without an exemplar are left out.
 */
export async function* collectExemplars(
  source: CodeSource,
  collection: Collection,
  corpus: Corpus,
  seed: number,
): AsyncGenerator<CollectedSlice> {
  const { stats, drawn } = collection;
  const peaks = new SamplePeaks(stats.n);
  for (let from = 0; from < stats.n; from += SLICE) {
    const to = Math.min(stats.n, from + SLICE);
    const choices: Choice[] = [];
    for (let f = from; f < to; f++) choices.push(...chooseExemplars(f, collection, corpus, seed));
    if (choices.length === 0) continue;
    const { image, text } = collection.firesWith;
    const firesWith = { image: image.slice(from, to), text: text.slice(from, to) };
    const watched = watching(source, (codes) => {
      if (corpus.first[codes.sample] !== codes.sample) return;
      peaks.scan(codes);
      addCompany(firesWith, codes, peaks, drawn);
    });
    const exemplars: ExtractedExemplar[] = [];
    for await (const exemplar of extractExemplars(watched, choices, corpus.nCells, stats.max)) exemplars.push(exemplar);
    yield { exemplars, firesWith };
  }
}

/** The same codes, shown to `see` on the way. */
function watching(source: CodeSource, see: (codes: SampleCodes) => void): CodeSource {
  return async function* () {
    for await (const codes of source()) {
      see(codes);
      yield codes;
    }
  };
}
