import type { CellKeys } from "@/lib/autointerp/iou";

/** What a feature's regions show, by the masks. */
export interface TrueConcept {
  /** Key of lib/autointerp/iou.ts, such as "thing:french fries" or "color:red". */
  key: string;
  /** Mean share of the exemplars' activation that lies on it. */
  share: number;
}

/** Share of the activation, averaged over the exemplars, that must lie on one thing for it to be the concept. */
const MIN_SHARE = 0.5;

/**
 * The one thing on which most of a feature's activation lies, averaged over its exemplars; null when there is none.
 * @param exemplars each with its activation codes per cell and what is true there, [cells]
 */
export function trueConcept(exemplars: readonly { grid: Uint8Array; cells: CellKeys }[]): TrueConcept | null {
  const shares = new Map<string, number>();
  for (const { grid, cells } of exemplars) {
    const total = grid.reduce((a, b) => a + b, 0);
    grid.forEach((q, cell) => {
      if (q === 0) return;
      for (const key of cells[cell] ?? []) shares.set(key, (shares.get(key) ?? 0) + q / total / exemplars.length);
    });
  }
  let best: TrueConcept | null = null;
  for (const [key, share] of shares) if (share > (best?.share ?? 0)) best = { key, share };
  return best && best.share >= MIN_SHARE ? best : null;
}
