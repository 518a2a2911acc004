import type { ImageSize } from "@/lib/model/images/reader";
import type { Box } from "@/lib/model/types";

/** A rectangle on a canvas, and how large a unit of the canvas is on the image. */
export interface Placed extends ImageSize {
  left: number;
  top: number;
  /** Original pixels per unit. */
  scale: { x: number; y: number };
}

/** Boxes of a grid's cells, row by row, cut to the image; null for cells that lie outside of it. */
export function gridBoxes(rows: number, cols: number, view: Placed, image: ImageSize): (Box | null)[] {
  const [dx, dy] = [view.width / cols, view.height / rows];
  return Array.from({ length: rows * cols }, (_, i) => {
    const [x, y] = [view.left + (i % cols) * dx, view.top + Math.floor(i / cols) * dy];
    const [x0, x1] = [x, x + dx].map((at) => Math.min(image.width, Math.max(0, at * view.scale.x)));
    const [y0, y1] = [y, y + dy].map((at) => Math.min(image.height, Math.max(0, at * view.scale.y)));
    return x1! > x0! && y1! > y0! ? [x0!, y0!, x1!, y1!] : null;
  });
}

/** The whole image, stretched over a grid. */
export function wholeBoxes(rows: number, cols: number, image: ImageSize): (Box | null)[] {
  return gridBoxes(rows, cols, { ...image, left: 0, top: 0, scale: { x: 1, y: 1 } }, image);
}
