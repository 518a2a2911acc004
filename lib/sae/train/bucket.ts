import type { Scratch } from "@/lib/sae/train/state";

/**
 * Groups the pairs of all rows by latent with a counting sort: `start`, `pairRow`, `pairError`, `pairZ` and `pairNear` of the
 * scratch; silent pairs are left out unless they lie near a threshold. Stable, so each latent's rows ascend and its sums
 * always run in the same order. Returns the number of active pairs.
 */
export function bucketByLatent(scratch: Scratch, rows: number, d: number, n: number): number {
  const { rowStart, index, z, level, near, start, pairRow, pairError, pairZ, pairNear } = scratch;
  const levelRows = scratch.e.length / d;
  const total = rowStart[rows]!;
  const withNear = near.length > 0;
  let active = 0;
  start.fill(0);
  for (let t = 0; t < total; t++) {
    if (z[t]! > 0) active++;
    else if (!withNear || near[t] === 0) continue;
    start[index[t]! + 1]!++;
  }
  for (let i = 0; i < n; i++) start[i + 1]! += start[i]!;
  const next = start.slice(0, n);
  for (let b = 0; b < rows; b++) {
    for (let t = rowStart[b]!; t < rowStart[b + 1]!; t++) {
      const value = z[t]!;
      if (value <= 0 && (!withNear || near[t] === 0)) continue;
      const at = next[index[t]!]!++;
      pairRow[at] = b;
      pairError[at] = level[t]! * levelRows + b;
      pairZ[at] = value;
      if (withNear) pairNear[at] = near[t]!;
    }
  }
  return active;
}
