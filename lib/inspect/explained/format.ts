/** What a feature explains of the hidden states of an input; browser safe. Formulas: lib/sae/explained.ts. */
import { formatShare } from "@/lib/features/format";
import type { InspectCodes } from "../codes/format";

/** Shares are kept as whole numbers of 0.01 %. */
export const SHARE_UNIT = 1e-4;

/** Shares of one feature by position, negative where a position is told better without it; empty where the run has none. */
export function sharesOf(codes: InspectCodes, feature: number): Map<number, number> {
  const out = new Map<number, number>();
  const i = codes.feature.indexOf(feature);
  if (i < 0 || !codes.share) return out;
  for (let t = codes.ptr[i] as number; t < (codes.ptr[i + 1] as number); t++)
    out.set(codes.pos[t] as number, (codes.share[t] as number) * SHARE_UNIT);
  return out;
}

export interface ShareSums {
  /** Of all that stands at the positions looked at. */
  all: number;
  /** Of what stands where the feature fires; null where it is silent. */
  there: number | null;
  /** Positions at which it fires, of those looked at. */
  n: number;
  of: number;
}

/**
 * The share that a feature explains of many positions together: sum of the rises of |e|^2 / sum of |h - c|^2, so that long hidden
 * states count for more, as they do in the FVU. Undefined where the run was made before shares were kept.
 * @param within positions that count
 */
export function sumShares(codes: InspectCodes, feature: number, within: Uint8Array): ShareSums | undefined {
  const { energy } = codes;
  if (!energy || !codes.share) return undefined;
  let [whole, here, rise, n] = [0, 0, 0, 0];
  for (let p = 0; p < within.length; p++) if (within[p]) whole += energy[p] as number;
  for (const [position, share] of sharesOf(codes, feature)) {
    if (!within[position]) continue;
    n++;
    here += energy[position] as number;
    rise += share * (energy[position] as number);
  }
  const of = within.reduce((sum, bit) => sum + bit, 0);
  return { all: whole > 0 ? rise / whole : 0, there: here > 0 ? rise / here : null, n, of };
}

/** What the SAE misses of many positions together, summed likewise; undefined in older runs. */
export function sumMissed(
  { energy }: InspectCodes,
  unexplained: readonly number[],
  within: Uint8Array,
): number | undefined {
  if (!energy) return undefined;
  let [whole, missed] = [0, 0];
  for (let p = 0; p < within.length; p++) {
    if (!within[p]) continue;
    whole += energy[p] as number;
    missed += (unexplained[p] ?? 0) * (energy[p] as number);
  }
  return whole > 0 ? missed / whole : 0;
}

/** "12 %", "−0.4 %" */
export function signedShare(share: number): string {
  return share < 0 ? `−${formatShare(-share)}` : formatShare(share);
}
