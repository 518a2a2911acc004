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
 * The things on which at least half of a feature's activation lies, strong exemplars counting more, most of it first: a background has
 * a colour and a texture, so there may be two.
 * @param exemplars each with its activation codes per cell, the value of code 255, and what is true there, [cells]
 */
export function trueConcepts(
  exemplars: readonly { grid: Uint8Array; scale: number; cells: CellKeys }[],
): TrueConcept[] {
  const sums = new Map<string, number>();
  let total = 0;
  for (const { grid, scale, cells } of exemplars) {
    grid.forEach((q, cell) => {
      if (q === 0) return;
      total += q * scale;
      for (const key of cells[cell] ?? []) sums.set(key, (sums.get(key) ?? 0) + q * scale);
    });
  }
  return [...sums]
    .map(([key, sum]) => ({ key, share: sum / total }))
    .filter(({ share }) => share >= MIN_SHARE)
    .sort((a, b) => b.share - a.share);
}

/** The thing on which most of a feature's activation lies; null when no thing has half of it. */
export const trueConcept = (exemplars: Parameters<typeof trueConcepts>[0]): TrueConcept | null =>
  trueConcepts(exemplars)[0] ?? null;
