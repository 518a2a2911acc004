import type { RgbImage } from "@/lib/media/image";
import { type GridPlace, HIDDEN } from "./region";

/** Share of its colour that a pixel outside of the region keeps: enough to see where it is, too little to be taken for it. */
const FADED = 0.25;

/** Pixels [left, top, right, bottom) of the kept cells with one cell around them, inside the image; null when none is kept. */
export function boxAround(
  image: { width: number; height: number },
  keep: ArrayLike<number>,
  place: GridPlace,
): [number, number, number, number] | null {
  const { rows, cols } = place;
  const [a, , , d, e, f] = place.affine;
  let [x0, y0, x1, y1] = [cols, rows, -1, -1];
  for (let cell = 0; cell < rows * cols; cell++) {
    if (!keep[cell]) continue;
    const [r, c] = [Math.floor(cell / cols), cell % cols];
    [x0, y0, x1, y1] = [Math.min(x0, c), Math.min(y0, r), Math.max(x1, c), Math.max(y1, r)];
  }
  if (x1 < 0) return null;
  const left = Math.max(0, Math.floor(e + ((x0 - 1) * a) / cols));
  const top = Math.max(0, Math.floor(f + ((y0 - 1) * d) / rows));
  const right = Math.min(image.width, Math.ceil(e + ((x1 + 2) * a) / cols));
  const bottom = Math.min(image.height, Math.ceil(f + ((y1 + 2) * d) / rows));
  return right > left && bottom > top ? [left, top, right, bottom] : null;
}

/**
 * The part of an image where a feature fires, cut out with a little of what is around, which is faded towards grey. The whole
 * image when no cell is kept. A pixel belongs to the cell that holds its centre.
 */
export function highlightedCrop(image: RgbImage, keep: ArrayLike<number>, place: GridPlace): RgbImage {
  const box = boxAround(image, keep, place);
  if (!box) return image;
  const [left, top, right, bottom] = box;
  const { rows, cols } = place;
  const [a, , , d, e, f] = place.affine;
  const width = right - left;
  const height = bottom - top;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const r = Math.floor(((top + y + 0.5 - f) / d) * rows);
    for (let x = 0; x < width; x++) {
      const c = Math.floor(((left + x + 0.5 - e) / a) * cols);
      const kept = r >= 0 && r < rows && c >= 0 && c < cols && keep[r * cols + c];
      const from = ((top + y) * image.width + left + x) * 3;
      const to = (y * width + x) * 3;
      for (let i = 0; i < 3; i++) {
        const value = image.data[from + i] as number;
        data[to + i] = kept ? value : Math.round(FADED * value + (1 - FADED) * HIDDEN);
      }
    }
  }
  return { width, height, data };
}
