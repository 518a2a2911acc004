/**
 * Activation grids as they are stored: one byte per cell, 0 only where the feature is exactly 0, else
 * max(1, round(255 * value / scale)). The mask therefore has exactly the support of the feature.
 */
export interface Grid {
  rows: number;
  cols: number;
  /** Byte codes, row-major [rows, cols]. */
  codes: Uint8Array;
  /** Value of code 255. */
  scale: number;
}

/** Bytes from base64. @throws Error when the text is not base64. */
export function decodeBytes(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Reads a stored grid. @throws Error that names both sizes when the bytes do not fill rows x cols. */
export function decodeGrid(base64: string, rows: number, cols: number, scale: number): Grid {
  const codes = decodeBytes(base64);
  if (codes.length !== rows * cols) {
    throw new Error(`A grid of ${rows} x ${cols} needs ${rows * cols} bytes, got ${codes.length}.`);
  }
  return { rows, cols, codes, scale };
}

/** Value of one cell in the feature's own unit. */
export function cellValue(grid: Grid, cell: number): number {
  return ((grid.codes[cell] ?? 0) * grid.scale) / 255;
}

/**
 * Cells that pass the threshold, as 0 / 1 [rows, cols].
 * @param cut share of `aRef`; at 0 the mask is the whole support (every cell with a non-zero code).
 */
export function maskOf(grid: Grid, aRef: number, cut: number): Uint8Array {
  const least = cut * aRef;
  const mask = new Uint8Array(grid.codes.length);
  for (let i = 0; i < mask.length; i++) {
    const code = grid.codes[i] as number;
    if (code > 0 && (code * grid.scale) / 255 >= least) mask[i] = 1;
  }
  return mask;
}

/** Index of the strongest cell, the first one among equals; -1 when nothing fires. */
export function peakCell(grid: Grid): number {
  let best = -1;
  let top = 0;
  for (let i = 0; i < grid.codes.length; i++) {
    if ((grid.codes[i] as number) > top) {
      top = grid.codes[i] as number;
      best = i;
    }
  }
  return best;
}

/** Share of cells in the mask, 0..1. */
export function maskShare(mask: Uint8Array): number {
  let n = 0;
  for (const bit of mask) n += bit;
  return mask.length === 0 ? 0 : n / mask.length;
}
