import { codesOfSamples, codesPrefix } from "@/lib/exemplars/code-store";
import { quantise } from "@/lib/exemplars/quantise";
import { blobs } from "@/lib/storage/blobs";
import { type Match, matchGrids, type OwnValues, valuesIn } from "./match-grids";

export type { Match, OwnValues };

/** What one SAE did in a few samples. */
export interface HeldCodes {
  /** Features that fire where a feature of another SAE fires, by correlation, strongest first. */
  match(values: readonly OwnValues[], count: number): Match[];
  /** Grid bytes of one feature in one image, [cells]; byte 255 = `scale`. */
  grid(sample: number, feature: number, cells: number, scale: number): Uint8Array;
}

/**
 * Reads the codes of a few samples that a collection left in the store.
 * @param cache name of the activation store that they were made of
 * @param samples dense indices in the corpus
 * @returns null when the codes are not cached
 */
export async function readHeldCodes(
  cache: string,
  sae: { hash: string; k: number },
  samples: readonly number[],
): Promise<HeldCodes | null> {
  const codes = await codesOfSamples(blobs(), codesPrefix(cache, sae), samples);
  return (
    codes && {
      match: (values, count) => matchGrids(values, codes, count),
      grid: (sample, feature, cells, scale) => quantise(valuesIn(codes.get(sample), "image", feature, cells), scale),
    }
  );
}
