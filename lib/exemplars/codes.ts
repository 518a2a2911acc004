import { groupNearDuplicates } from "@/lib/exemplars/near-duplicates";

/** Kind of a row of codes: where its values count. Skipped rows (BOS, norm outliers, padding) enter nothing. */
export const ROW_TEXT = 0;
export const ROW_IMAGE = 1;
export const ROW_SKIP = 255;

/** Sparse codes of one sample: what the encoder selected at every position. */
export interface SampleCodes {
  /** Dense index of the sample in its corpus, 0-based. */
  sample: number;
  rows: number;
  k: number;
  kind: Uint8Array; // [rows] ROW_TEXT, ROW_IMAGE or ROW_SKIP
  at: Int32Array; // [rows] row-major cell of the base grid (image), position among the text tokens (text)
  index: Int32Array; // [rows, k] latents
  value: Float32Array; // [rows, k] activations in raw units, 0 where not fired
  /** Runners-up per row: the latents of ranks k+1 .. k+m with their pre-activations. */
  m: number;
  nextIndex: Int32Array; // [rows, m]
  nextValue: Float32Array; // [rows, m]
}

/** The samples that codes belong to. */
export interface Corpus {
  nSamples: number;
  /** Cells of the base grid of an image. */
  nCells: number;
  /** Index of the first sample of its group of near-duplicates; equal to the sample's own index when it is the first. */
  first: Uint32Array; // [nSamples]
  /** 32 bits of the content hash of its group's first: the identity that splits and reservoirs are keyed by. */
  key: Uint32Array; // [nSamples]
  /** Further samples of the group that a sample is the first of; 0 for all others. */
  folded: Uint32Array; // [nSamples]
}

/** A corpus that can be read again from the start: each pass over the codes calls it once. */
export type CodeSource = () => AsyncIterable<SampleCodes> | Iterable<SampleCodes>;

/**
 * Folds near-duplicates into their groups.
 * @param shas content hash of each sample in corpus order, at least 8 hex digits
 * @param hashes perceptual hash of each sample; samples without one are folded by content only
 */
export function corpusOf(shas: readonly string[], nCells: number, hashes: readonly (string | null)[] = []): Corpus {
  const first = groupNearDuplicates(shas, hashes);
  const key = Uint32Array.from(first, (leader) => Number.parseInt((shas[leader] as string).slice(0, 8), 16));
  const folded = new Uint32Array(shas.length);
  first.forEach((leader, i) => {
    if (leader !== i) folded[leader] = (folded[leader] as number) + 1;
  });
  return { nSamples: shas.length, nCells, first, key, folded };
}
