import { createRng } from "@/lib/core/rng";
import { eachRow } from "@/lib/model/edits";
import type { SiteEdit } from "@/lib/model/types";
import { row } from "@/lib/tensor/matrix";

/** How much an edit changes hidden states: sums over the rows that it changed. */
export class NormMeter {
  private change = 0;
  private size = 0;

  add(change: number, size: number): void {
    this.change += change;
    this.size += size;
  }

  /** Mean norm of the change / mean norm of the hidden state, 0 where nothing was changed. */
  get share(): number {
    return this.size > 0 ? this.change / this.size : 0;
  }
}

/** Calls `after` with every row that an edit changed: as it was, as it is now, and the length of the change. */
function watching(edit: SiteEdit, after: (before: Float32Array, now: Float32Array, length: number) => void): SiteEdit {
  return {
    site: edit.site,
    async apply(hidden, places) {
      const before = { ...hidden, data: hidden.data.slice() };
      await edit.apply(hidden, places);
      eachRow(hidden, places, (now, _, r) => {
        const was = row(before, r);
        let squares = 0;
        for (let i = 0; i < now.length; i++) squares += (now[i]! - was[i]!) ** 2;
        if (squares > 0) after(was, now, Math.sqrt(squares));
      });
    },
  };
}

/** The same edit, measured. */
export function metered(edit: SiteEdit, meter: NormMeter): SiteEdit {
  return watching(edit, (before, _, length) => meter.add(length, Math.hypot(...before)));
}

/**
 * The control of an edit: every row changes by the same length, along one random direction instead.
 * @param sign -1 turns the direction round, as a negative dose does.
 */
export function randomised(edit: SiteEdit, seed: number, sign: 1 | -1): SiteEdit {
  let direction: Float32Array | undefined;
  return watching(edit, (before, now, length) => {
    direction ??= randomDirection(now.length, seed);
    for (let i = 0; i < now.length; i++) now[i] = before[i]! + sign * length * direction[i]!;
  });
}

/** Uniform on the unit sphere, [d]. */
export function randomDirection(d: number, seed: number): Float32Array {
  const rng = createRng(seed, "random-direction");
  const out = Float32Array.from({ length: d }, () => rng.normal());
  const length = Math.hypot(...out);
  return out.map((value) => value / length);
}
