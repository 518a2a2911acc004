import type { Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";
import { dot, sumSquares } from "@/lib/tensor/stats";

/**
 * What sets some rows apart: their mean less the mean of the others, [cols]. Without rows on one side its mean is taken as 0.
 * @param a 1 for rows of the region. @param within 1 for rows that count at all.
 */
export function apartDirection(acts: Matrix, a: Uint8Array, within: Uint8Array): Float64Array {
  const sums = [new Float64Array(acts.cols), new Float64Array(acts.cols)] as const;
  const n = [0, 0];
  for (let r = 0; r < acts.rows; r++) {
    if (!within[r]) continue;
    const side = a[r] ? 0 : 1;
    n[side]!++;
    const sum = sums[side];
    for (let j = 0; j < acts.cols; j++) sum[j] = (sum[j] as number) + (acts.data[r * acts.cols + j] as number);
  }
  return sums[0].map((x, j) => x / Math.max(1, n[0]!) - (sums[1][j] as number) / Math.max(1, n[1]!));
}

/**
 * Latents whose decoder row points most the way of a direction, by cosine, best first; equal ones by index. Also tells of latents
 * that do not fire there. Cost: one pass over the decoder.
 */
export function alignedLatents(
  direction: Float64Array,
  { D, d, n }: Pick<Sae, "D" | "d" | "n">,
  most: number,
): { index: number; cosine: number }[] {
  const length = Math.sqrt(sumSquares(direction));
  if (length === 0) return [];
  const all = Array.from({ length: n }, (_, index) => {
    const row = D.subarray(index * d, (index + 1) * d);
    const own = Math.sqrt(sumSquares(row));
    return { index, cosine: own > 0 ? dot(row, direction) / own / length : 0 };
  });
  return all.sort((x, y) => y.cosine - x.cosine || x.index - y.index).slice(0, most);
}
