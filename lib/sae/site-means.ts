import { AppError } from "@/lib/core/errors";
import type { Place, TapInput, TokenInfo, VisionLanguageModel } from "@/lib/model/types";
import { type Matrix, row } from "@/lib/tensor/matrix";
import { quantile, sumSquares } from "@/lib/tensor/stats";

/** A repeatable pass over teacher-forced examples: conversations with their answers, or plain text. */
export type ExampleSource = () => Iterable<TapInput> | AsyncIterable<TapInput>;

/** What is replaced together: rows of image tokens, or all others (text and special tokens). */
export type RowGroup = "image" | "text";

/** Means of the hidden states at a site over an evaluation set, and which of its rows are left as they are. */
export interface SiteMeans {
  image: Float64Array | null; // [d]; null when there was no such row
  text: Float64Array | null;
  rows: Record<RowGroup, number>;
  /** Rows of a larger norm are outliers, which SAEs are not trained on. */
  maxNorm: number;
}

/** Rows whose median norm the outlier rule refers to, and its factor: as activation stores flag rows. */
const MEDIAN_ROWS = 4096;
const NORM_FACTOR = 10;

/** Vision sites have rows of images only. */
export const isTowerSite = (site: string): boolean => site.startsWith("vision.");

/** The group of a row by where it stands. */
export const groupOfPlace = ({ span }: Pick<Place, "span">): RowGroup => (span === "image" ? "image" : "text");

/**
 * Whether a row is left as it is in every arm, as activation stores flag rows and SAEs are not trained on them: the
 * beginning-of-text token (position 0 of a decoder's sequence, unless an image stands there), and outliers of the norm.
 */
export function isLeft(site: string, means: Pick<SiteMeans, "maxNorm">, place: Place, h: Float32Array): boolean {
  if (place.position === 0 && place.span !== "image" && !isTowerSite(site)) return true;
  return sumSquares(h) > means.maxNorm ** 2;
}

/**
 * Mean hidden state of image rows and of all others at a site over a whole evaluation set, float64; rows that are left as
 * they are do not count. Holds one batch of examples and the norms of the first 4,096 rows.
 * @throws AppError INVALID_INPUT when there is no example.
 */
export async function siteMeans(
  model: Pick<VisionLanguageModel, "tap" | "siteWidth">,
  site: string,
  examples: ExampleSource,
  { batch = 16, signal }: { batch?: number; signal?: AbortSignal } = {},
): Promise<SiteMeans> {
  const d = model.siteWidth(site);
  const sums = { image: new Float64Array(d), text: new Float64Array(d) };
  const means: SiteMeans = { image: null, text: null, rows: { image: 0, text: 0 }, maxNorm: 0 };
  const waiting: { acts: Matrix; tokens: readonly TokenInfo[] }[] = [];
  const norms: number[] = [];
  const add = ({ acts, tokens }: (typeof waiting)[number]) => {
    for (let r = 0; r < acts.rows; r++) {
      const h = row(acts, r);
      const place: Place = {
        span: isTowerSite(site) || tokens[r]!.kind === "image" ? "image" : "question",
        position: r,
      };
      if (isLeft(site, means, place, h)) continue;
      const group = groupOfPlace(place);
      const sum = sums[group];
      for (let j = 0; j < d; j++) sum[j]! += h[j]!;
      means.rows[group]++;
    }
  };
  const release = () => {
    if (means.maxNorm === 0 && norms.length > 0) means.maxNorm = NORM_FACTOR * (quantile(norms, 0.5) ?? 0);
    for (const tap of waiting.splice(0)) add(tap);
  };
  for await (const inputs of inBatches(examples(), batch)) {
    signal?.throwIfAborted();
    for (const tap of await model.tap(inputs, site, signal ? { batch, signal } : { batch })) {
      waiting.push(tap);
      if (means.maxNorm === 0)
        for (let r = 0; r < tap.acts.rows; r++) norms.push(Math.sqrt(sumSquares(row(tap.acts, r))));
    }
    if (norms.length >= MEDIAN_ROWS) release();
  }
  release();
  if (norms.length === 0) throw new AppError("INVALID_INPUT", "There is no example to measure on: give at least one.");
  for (const group of ["image", "text"] as const) {
    if (means.rows[group] > 0) means[group] = sums[group].map((sum) => sum / means.rows[group]);
  }
  return means;
}

async function* inBatches<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
