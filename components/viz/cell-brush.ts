/** What a brush makes of cells; all masks are 0 / 1, row-major. */

/** A box between two corner cells, added to what is there. */
export function boxCells(from: number, to: number, base: Uint8Array, cols: number): Uint8Array {
  const next = base.slice();
  const [r0, r1] = [Math.floor(from / cols), Math.floor(to / cols)].sort((x, y) => x - y) as [number, number];
  const [c0, c1] = [from % cols, to % cols].sort((x, y) => x - y) as [number, number];
  for (let r = r0; r <= r1; r++) next.fill(1, r * cols + c0, r * cols + c1 + 1);
  return next;
}

/** A region moved as a whole by the way between two cells, and stopped by the edges. */
export function moveCells(region: Uint8Array, from: number, to: number, cols: number): Uint8Array {
  const rows = region.length / cols;
  const cells = Array.from(region.keys()).filter((c) => region[c]);
  if (cells.length === 0) return region;
  const stop = (by: number, places: number[], size: number) =>
    Math.min(size - 1 - Math.max(...places), Math.max(-Math.min(...places), by));
  const down = stop(
    Math.floor(to / cols) - Math.floor(from / cols),
    cells.map((c) => Math.floor(c / cols)),
    rows,
  );
  const right = stop(
    (to % cols) - (from % cols),
    cells.map((c) => c % cols),
    cols,
  );
  const next = new Uint8Array(region.length);
  for (const c of cells) next[c + down * cols + right] = 1;
  return next;
}
