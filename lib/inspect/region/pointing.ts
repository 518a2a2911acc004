/** How a person points at a thing in a grid of cells: one click, a box that is dragged, or every cell of it. */

/** The cell of a region that lies nearest to its middle, as a mask; all 0 where the region is empty. */
export function clickOn(region: Uint8Array, cols: number): Uint8Array {
  const cells = cellsIn(region);
  const out = new Uint8Array(region.length);
  if (cells.length === 0) return out;
  const row = cells.reduce((sum, c) => sum + Math.floor(c / cols), 0) / cells.length;
  const col = cells.reduce((sum, c) => sum + (c % cols), 0) / cells.length;
  const away = (c: number) => (Math.floor(c / cols) - row) ** 2 + ((c % cols) - col) ** 2;
  out[cells.reduce((best, c) => (away(c) < away(best) ? c : best))] = 1;
  return out;
}

/** The smallest box of cells around a region, as a mask. */
export function boxAround(region: Uint8Array, cols: number): Uint8Array {
  const cells = cellsIn(region);
  const out = new Uint8Array(region.length);
  if (cells.length === 0) return out;
  const columns = cells.map((c) => c % cols);
  const [first, last] = [Math.min(...columns), Math.max(...columns)];
  const [top, bottom] = [Math.floor(cells[0]! / cols), Math.floor(cells.at(-1)! / cols)];
  for (let r = top; r <= bottom; r++) out.fill(1, r * cols + first, r * cols + last + 1);
  return out;
}

function cellsIn(region: Uint8Array): number[] {
  return Array.from(region.keys()).filter((c) => region[c]);
}
