/** Where a grid lies on an image: unit square of the view to pixels, x = a u + e, y = d v + f (b and c are 0). */
export interface GridPlace {
  rows: number;
  cols: number;
  affine: readonly [number, number, number, number, number, number];
}

/** Grey that stands for "hidden" in a masked image. */
export const HIDDEN = 128;
/** Cells below this share of the strongest one are not part of what is shown to an explainer. */
const STRENGTH = 0.3;
/** Smaller regions are shown with one cell of surroundings: less than that cannot be recognised. */
const MIN_CELLS = 9;

/**
 * The cells of a grid that an explainer may see, [rows * cols] of 0 and 1: those of at least 30 % of the strongest value,
 * widened by one cell when they are few. All zero when nothing fires.
 */
export function shownCells(grid: Uint8Array, rows: number, cols: number): Uint8Array {
  const least = STRENGTH * grid.reduce((a, b) => Math.max(a, b), 0);
  const keep = Uint8Array.from(grid, (q) => (q > 0 && q >= least ? 1 : 0));
  const n = keep.reduce((a, b) => a + b, 0);
  return n > 0 && n < MIN_CELLS ? widened(keep, rows, cols) : keep;
}

function widened(keep: Uint8Array, rows: number, cols: number): Uint8Array {
  const out = new Uint8Array(keep.length);
  for (let cell = 0; cell < keep.length; cell++) {
    if (!keep[cell]) continue;
    const r = Math.floor(cell / cols);
    const c = cell % cols;
    for (let y = Math.max(0, r - 1); y <= Math.min(rows - 1, r + 1); y++) {
      for (let x = Math.max(0, c - 1); x <= Math.min(cols - 1, c + 1); x++) out[y * cols + x] = 1;
    }
  }
  return out;
}

interface Pixels {
  width: number;
  height: number;
  data: Uint8Array; // [height, width, 3]
}

/** A copy of the image in which only the kept cells are left; a pixel belongs to the cell that holds its centre. */
export function hideOutside(image: Pixels, keep: ArrayLike<number>, place: GridPlace): Pixels {
  const { width, height } = image;
  const [a, , , d, e, f] = place.affine;
  const data = new Uint8Array(image.data.length).fill(HIDDEN);
  for (let y = 0; y < height; y++) {
    const r = Math.floor(((y + 0.5 - f) / d) * place.rows);
    if (r < 0 || r >= place.rows) continue;
    for (let x = 0; x < width; x++) {
      const c = Math.floor(((x + 0.5 - e) / a) * place.cols);
      if (c < 0 || c >= place.cols || !keep[r * place.cols + c]) continue;
      const at = (y * width + x) * 3;
      data[at] = image.data[at] as number;
      data[at + 1] = image.data[at + 1] as number;
      data[at + 2] = image.data[at + 2] as number;
    }
  }
  return { width, height, data };
}
