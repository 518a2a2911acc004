import type { CellKeys } from "@/lib/autointerp/iou";

/** What a feature's regions show, by the masks. */
export interface TrueConcept {
  /** Key of lib/autointerp/iou.ts, such as "thing:french fries" or "color:red". */
  key: string;
  /** Share of the exemplars' activation that lies on it. */
  share: number;
}

/** Share of the activation that must lie on one thing for it to be the concept. */
const MIN_SHARE = 0.5;

/**
 * The one thing on which most of a feature's activation lies, strong exemplars counting more; null when there is none.
 * @param exemplars each with its activation codes per cell, the value of code 255, and what is true there, [cells]
 */
export function trueConcept(
  exemplars: readonly { grid: Uint8Array; scale: number; cells: CellKeys }[],
): TrueConcept | null {
  const sums = new Map<string, number>();
  let total = 0;
  for (const { grid, scale, cells } of exemplars) {
    grid.forEach((q, cell) => {
      if (q === 0) return;
      total += q * scale;
      for (const key of cells[cell] ?? []) sums.set(key, (sums.get(key) ?? 0) + q * scale);
    });
  }
  let best: TrueConcept | null = null;
  for (const [key, sum] of sums) if (sum / total > (best?.share ?? 0)) best = { key, share: sum / total };
  return best && best.share >= MIN_SHARE ? best : null;
}
