import type { Scratch } from "@/lib/sae/train/state";

/**
 * Groups the active (row, latent) pairs by latent with a counting sort: `start`, `pairRow` and `pairZ` of the scratch.
 * Stable, so each latent's rows ascend and its sums always run in the same order. Returns the number of pairs.
 */
export function bucketByLatent(scratch: Scratch, rows: number, k: number, n: number): number {
  const { index, z, start, pairRow, pairZ } = scratch;
  start.fill(0);
  const total = rows * k;
  for (let t = 0; t < total; t++) if (z[t]! > 0) start[index[t]! + 1]!++;
  for (let i = 0; i < n; i++) start[i + 1]! += start[i]!;
  const next = start.slice(0, n);
  for (let b = 0, t = 0; b < rows; b++) {
    for (let s = 0; s < k; s++, t++) {
      const value = z[t]!;
      if (value <= 0) continue;
      const at = next[index[t]!]!++;
      pairRow[at] = b;
      pairZ[at] = value;
    }
  }
  return start[n]!;
}
