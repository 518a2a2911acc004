import { type InspectCodes, valuesOf } from "@/lib/inspect/codes/format";
import { sharesOf } from "@/lib/inspect/explained/format";

/** Bytes over the cells of an image; 255 is `scale`. */
export interface CellGrid {
  rows: number;
  cols: number;
  scale: number;
  codes: Uint8Array;
}

interface Cells {
  /** Position of each cell in the model's sequence. */
  positions: Int32Array;
  rows: number;
  cols: number;
}

/** A feature's values, from 0 to its reference strength or what it reaches here. */
export function valueGrid(codes: InspectCodes | undefined, feature: number, cells: Cells): CellGrid {
  const values = codes ? valuesOf(codes, feature) : new Map<number, number>();
  const i = codes ? codes.feature.indexOf(feature) : -1;
  const ref = i < 0 ? 1 : (codes?.ref[i] as number);
  const scale = Math.max(ref, ...values.values());
  const bytes = Uint8Array.from(cells.positions, (p) => Math.ceil((255 * (values.get(p) ?? 0)) / scale));
  return { rows: cells.rows, cols: cells.cols, codes: bytes, scale };
}

/** What the SAE misses of each cell, from 0 to the most that it misses here. */
export function missedGrid(unexplained: readonly number[], cells: Cells): CellGrid {
  return shareGrid((p) => unexplained[p] ?? 0, cells);
}

/** What a feature explains of each cell, from 0 to the most that it explains here; cells told better without it are clear. */
export function explainedGrid(codes: InspectCodes, feature: number, cells: Cells): CellGrid {
  const shares = sharesOf(codes, feature);
  return shareGrid((p) => Math.max(0, shares.get(p) ?? 0), cells);
}

function shareGrid(shareAt: (position: number) => number, { positions, rows, cols }: Cells): CellGrid {
  const values = Array.from(positions, shareAt);
  const scale = Math.max(1e-6, ...values);
  return { rows, cols, scale, codes: Uint8Array.from(values, (v) => Math.round((255 * v) / scale)) };
}
