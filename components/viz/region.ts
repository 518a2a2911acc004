import type { Grid } from "./grid";

/** A box of cells: columns x0..x1 and rows y0..y1, the ends exclusive. */
export interface CellBox {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/**
 * Cells of the strongest 8-connected component of the mask: the one that holds the largest code; ties go to the
 * component found first in row-major order. Empty when nothing passes.
 */
export function strongestComponent(grid: Grid, mask: Uint8Array): number[] {
  const seen = new Uint8Array(mask.length);
  let best: number[] = [];
  let bestPeak = 0;
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || seen[start]) continue;
    const cells = flood(grid, mask, seen, start);
    let peak = 0;
    for (const cell of cells) peak = Math.max(peak, grid.codes[cell] as number);
    if (peak > bestPeak) {
      bestPeak = peak;
      best = cells;
    }
  }
  return best;
}

function flood(grid: Grid, mask: Uint8Array, seen: Uint8Array, start: number): number[] {
  const cells = [start];
  seen[start] = 1;
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] as number;
    const row = Math.floor(cell / grid.cols);
    const col = cell % grid.cols;
    for (let r = Math.max(0, row - 1); r <= Math.min(grid.rows - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(grid.cols - 1, col + 1); c++) {
        const next = r * grid.cols + c;
        if (mask[next] && !seen[next]) {
          seen[next] = 1;
          cells.push(next);
        }
      }
    }
  }
  return cells;
}

/**
 * The box to show in crop mode: the component with one cell of padding, at least 3 x 3 cells, inside the grid.
 * Undefined when the component is empty.
 */
export function cropBox(cells: readonly number[], rows: number, cols: number): CellBox | undefined {
  if (cells.length === 0) return undefined;
  let x0 = cols;
  let y0 = rows;
  let x1 = 0;
  let y1 = 0;
  for (const cell of cells) {
    const x = cell % cols;
    const y = Math.floor(cell / cols);
    x0 = Math.min(x0, x);
    y0 = Math.min(y0, y);
    x1 = Math.max(x1, x + 1);
    y1 = Math.max(y1, y + 1);
  }
  const [left, right] = padded(x0, x1, cols);
  const [top, bottom] = padded(y0, y1, rows);
  return { x0: left, y0: top, x1: right, y1: bottom };
}

/** One cell of padding on each side, then grown to three cells where the grid has room. */
function padded(from: number, to: number, size: number): [number, number] {
  let a = Math.max(0, from - 1);
  let b = Math.min(size, to + 1);
  while (b - a < Math.min(3, size)) {
    if (a > 0) a--;
    if (b < size && b - a < 3) b++;
  }
  return [a, b];
}

/**
 * SVG path of the edges between cells inside and outside the mask, in cell units (0..cols, 0..rows).
 * Runs of collinear edges are joined, so that a dashed stroke stays regular.
 */
export function outlinePath(mask: Uint8Array, rows: number, cols: number): string {
  const inside = (r: number, c: number) => r >= 0 && c >= 0 && r < rows && c < cols && mask[r * cols + c] === 1;
  let path = "";
  for (let r = 0; r <= rows; r++) {
    let from = -1;
    for (let c = 0; c <= cols; c++) {
      const edge = c < cols && inside(r - 1, c) !== inside(r, c);
      if (edge && from < 0) from = c;
      if (!edge && from >= 0) {
        path += `M${from} ${r}H${c}`;
        from = -1;
      }
    }
  }
  for (let c = 0; c <= cols; c++) {
    let from = -1;
    for (let r = 0; r <= rows; r++) {
      const edge = r < rows && inside(r, c - 1) !== inside(r, c);
      if (edge && from < 0) from = r;
      if (!edge && from >= 0) {
        path += `M${c} ${from}V${r}`;
        from = -1;
      }
    }
  }
  return path;
}
