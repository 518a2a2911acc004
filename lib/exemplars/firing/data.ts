import { remember } from "@/lib/core/remember";
import { blobs } from "@/lib/storage/blobs";
import { codesPrefix, readCodes } from "../code-store";
import { ROW_SKIP } from "../codes";

/** Codes never change under their name; what is kept is let go when others were asked for since. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const kept = remember<Map<number, Set<number>> | null>(KEPT_MS, 50);

/**
 * Samples in which each of some features fires at one position or more, by dense index in the corpus.
 * @param store activation store that the evidence was collected from
 * @returns null when the codes are not stored (any more)
 */
export function firingSamples(
  store: string,
  sae: { hash: string; k: number },
  features: readonly number[],
): Promise<Map<number, Set<number>> | null> {
  const prefix = codesPrefix(store, sae);
  const wanted = [...new Set(features)].sort((a, b) => a - b);
  return kept(`${prefix} ${wanted}`, () => readFiring(prefix, wanted));
}

async function readFiring(prefix: string, features: readonly number[]): Promise<Map<number, Set<number>> | null> {
  const sets = features.map(() => new Set<number>());
  // A look-up per code, of millions: a table and not a map. 0 is "not wanted".
  const slotOf = new Uint16Array(Math.max(0, ...features) + 1);
  features.forEach((feature, i) => {
    slotOf[feature] = i + 1;
  });
  let samples = 0;
  for await (const { sample, rows, k, kind, index, value } of readCodes(blobs(), prefix)) {
    samples++;
    for (let r = 0; r < rows; r++) {
      if (kind[r] === ROW_SKIP) continue;
      for (let i = r * k; i < (r + 1) * k; i++) {
        const slot = slotOf[index[i] as number];
        if (slot && (value[i] as number) > 0) sets[slot - 1]?.add(sample);
      }
    }
  }
  return samples > 0 ? new Map(features.map((feature, i) => [feature, sets[i] as Set<number>])) : null;
}
