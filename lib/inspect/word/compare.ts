import type { Codes } from "@/lib/sae/sae";
import type { Geometry } from "@/lib/samples/schema";
import type { PixelBox } from "./format";

/**
 * Cells of a grid whose middle lies in a box of pixels, ascending; where there is none, the cell that holds the box's middle.
 * Empty when the view does not reach the box.
 */
export function cellsUnder(
  { rows, cols, affine }: Pick<Geometry, "rows" | "cols" | "affine">,
  box: PixelBox,
): number[] {
  const [a, , , d, e, f] = affine;
  const [x0, y0, x1, y1] = box;
  const cells: number[] = [];
  for (let cell = 0; cell < rows * cols; cell++) {
    const x = (a * ((cell % cols) + 0.5)) / cols + e;
    const y = (d * (Math.floor(cell / cols) + 0.5)) / rows + f;
    if (x >= x0 && x < x1 && y >= y0 && y < y1) cells.push(cell);
  }
  if (cells.length > 0) return cells;
  const col = Math.floor((((x0 + x1) / 2 - e) / a) * cols);
  const row = Math.floor((((y0 + y1) / 2 - f) / d) * rows);
  return col >= 0 && row >= 0 && col < cols && row < rows ? [row * cols + col] : [];
}

/** Strongest value of every feature that fires at positions of a mask. */
export function peaksAt(codes: Codes, within: Uint8Array): Map<number, number> {
  const peaks = new Map<number, number>();
  for (let p = 0; p < codes.rows; p++) {
    if (!within[p]) continue;
    for (let t = p * codes.k; t < (p + 1) * codes.k; t++) {
      const value = codes.value[t] as number;
      const feature = codes.index[t] as number;
      if (value > (peaks.get(feature) ?? 0)) peaks.set(feature, value);
    }
  }
  return peaks;
}

/** Peaks of one feature without the sign, with the word, and with its letters scrambled. */
export interface Change {
  feature: number;
  plain: number;
  word: number;
  scrambled: number | null;
}

/**
 * Features whose peak the word changes, largest change first as a share of the reference strength; ties go to the lower index.
 * @param peaks of the three versions; the control may be missing.
 */
export function changesOf(
  peaks: {
    plain: ReadonlyMap<number, number>;
    word: ReadonlyMap<number, number>;
    scrambled: ReadonlyMap<number, number> | null;
  },
  refOf: (feature: number) => number,
): { gained: Change[]; lost: Change[] } {
  const all = [...new Set([...peaks.plain.keys(), ...peaks.word.keys()])];
  const changes = all.map((feature) => ({
    feature,
    plain: peaks.plain.get(feature) ?? 0,
    word: peaks.word.get(feature) ?? 0,
    scrambled: peaks.scrambled && (peaks.scrambled.get(feature) ?? 0),
  }));
  const share = ({ feature, plain, word }: Change) => (word - plain) / (refOf(feature) || 1);
  const sorted = changes.sort((x, y) => share(y) - share(x) || x.feature - y.feature);
  return {
    gained: sorted.filter((change) => change.word > change.plain),
    lost: sorted.filter((change) => change.word < change.plain).reverse(),
  };
}
