import type { CellBox } from "./region";

/** Where a grid lies on its image: unit square of the view to pixels, x = a u + c v + e, y = b u + d v + f. */
export type Affine = readonly [number, number, number, number, number, number];

/** A box in per cent of the image. */
export interface PercentBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Place of a view on its image, for views without rotation (b = c = 0), as every image processor makes them. */
export function viewBox(affine: Affine, width: number, height: number): PercentBox {
  const [a, , , d, e, f] = affine;
  return {
    left: (100 * e) / width,
    top: (100 * f) / height,
    width: (100 * a) / width,
    height: (100 * d) / height,
  };
}

/** Place of a box of cells on the image. */
export function cellsBox(cells: CellBox, rows: number, cols: number, view: PercentBox): PercentBox {
  return {
    left: view.left + (view.width * cells.x0) / cols,
    top: view.top + (view.height * cells.y0) / rows,
    width: (view.width * (cells.x1 - cells.x0)) / cols,
    height: (view.height * (cells.y1 - cells.y0)) / rows,
  };
}

/** True when the view leaves part of the image unseen, which is then hatched. */
export function hidesSome(view: PercentBox): boolean {
  const slack = 0.01;
  return (
    view.left > slack ||
    view.top > slack ||
    view.left + view.width < 100 - slack ||
    view.top + view.height < 100 - slack
  );
}

/** Share of the image that a view covers, clipped to the image: insets in per cent for CSS `inset()`. */
export function seenInset(view: PercentBox): [top: number, right: number, bottom: number, left: number] {
  const clip = (x: number) => Math.min(100, Math.max(0, x));
  return [clip(view.top), clip(100 - view.left - view.width), clip(100 - view.top - view.height), clip(view.left)];
}

const ROWS = ["upper", "middle", "lower"] as const;
const COLS = ["left", "centre", "right"] as const;

/** Words for a cell's place, for alternative texts: "upper right", "centre". */
export function placeWords(cell: number, rows: number, cols: number): string {
  const row = ROWS[Math.min(2, Math.floor((3 * Math.floor(cell / cols)) / rows))] as string;
  const col = COLS[Math.min(2, Math.floor((3 * (cell % cols)) / cols))] as string;
  if (row === "middle" && col === "centre") return "centre";
  return `${row} ${col}`;
}
