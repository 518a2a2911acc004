import type { Rng } from "@/lib/core/rng";

/** Share of the activation that a region may hold and still show something else. */
export const MOST_MASS = 0.1;
const TRIES = 64;

/** Share of the activation that lies in these cells; 0 where nothing fires. */
export function massIn(cells: ArrayLike<number>, grid: ArrayLike<number>): number {
  let [inside, total] = [0, 0];
  for (let i = 0; i < grid.length; i++) {
    total += grid[i] as number;
    if (cells[i]) inside += grid[i] as number;
  }
  return total === 0 ? 0 : inside / total;
}

/** The same shape at another place: rolled over the edges by rows and columns (torus shift), mirrored or not. */
export function placed(
  cells: ArrayLike<number>,
  { rows, cols }: { rows: number; cols: number },
  { down, right, flip, mirror }: { down: number; right: number; flip: boolean; mirror: boolean },
): Uint8Array {
  const out = new Uint8Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      if (!cells[r * cols + c]) continue;
      const y = ((flip ? rows - 1 - r : r) + down) % rows;
      const x = ((mirror ? cols - 1 - c : c) + right) % cols;
      out[y * cols + x] = 1;
    }
  }
  return out;
}

/**
 * A region of the same shape moved to where the feature does next to nothing: at most 10 % of its activation. Draws shifts and
 * mirror images; when none of these does, all are tried. Null when the feature fires in too much of the image.
 * @param cells of the region, [rows * cols] of 0 and 1
 * @param grid activation codes, [rows * cols]
 */
export function movedRegion(
  cells: ArrayLike<number>,
  grid: ArrayLike<number>,
  size: { rows: number; cols: number },
  rng: Rng,
): Uint8Array | null {
  const { rows, cols } = size;
  for (let i = 0; i < TRIES; i++) {
    const [down, right] = [rng.int(rows), rng.int(cols)];
    const moved = placed(cells, size, { down, right, flip: rng.chance(0.5), mirror: rng.chance(0.5) });
    if (massIn(moved, grid) <= MOST_MASS) return moved;
  }
  for (let i = 0; i < 4 * rows * cols; i++) {
    const [down, right] = [Math.floor(i / 4 / cols), Math.floor(i / 4) % cols];
    const moved = placed(cells, size, { down, right, flip: (i & 1) > 0, mirror: (i & 2) > 0 });
    if (massIn(moved, grid) <= MOST_MASS) return moved;
  }
  return null;
}
