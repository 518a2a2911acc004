import { decodeBytes } from "./grid";

/**
 * Signed quantities: orange for plus, blue for minus, clear in the middle, the scale symmetric. Told apart under all three
 * colour deficiencies, on photos and on both themes; signs, outlines and underlines say the same without colour.
 */
const PLUS = [240, 124, 20] as const;
const MINUS = [38, 112, 232] as const;

/** Colour of a sign; `strength` in [0, 1] is its opacity. */
export function signedColor(value: number, strength = 1): string {
  const [r, g, b] = value < 0 ? MINUS : PLUS;
  return strength >= 1 ? `rgb(${r} ${g} ${b})` : `rgb(${r} ${g} ${b} / ${Math.max(0, strength).toFixed(3)})`;
}

export interface SignedGrid {
  rows: number;
  cols: number;
  /** Signed codes, row-major [rows, cols]. */
  codes: Int8Array;
  /** Value of code 127. */
  scale: number;
}

/** Reads a stored grid of signed bytes, value = code scale / 127. @throws Error that names both sizes when they differ. */
export function decodeSigned(base64: string, rows: number, cols: number, scale: number): SignedGrid {
  const bytes = decodeBytes(base64);
  if (bytes.length !== rows * cols) {
    throw new Error(`A grid of ${rows} x ${cols} needs ${rows * cols} bytes, got ${bytes.length}.`);
  }
  return { rows, cols, codes: new Int8Array(bytes.buffer), scale };
}

/** Value of one cell. */
export function signedValue(grid: SignedGrid, cell: number): number {
  return ((grid.codes[cell] ?? 0) * grid.scale) / 127;
}

/** Largest size of any code; 1 in a grid of zeros, so that it may divide. */
export function largestCode(grid: SignedGrid): number {
  let most = 1;
  for (const code of grid.codes) most = Math.max(most, Math.abs(code));
  return most;
}

/** RGBA pixels, one per cell [rows, cols, 4]: the sign as colour, alpha = (|value| / largest) ^ gamma. */
export function paintSigned(grid: SignedGrid, gamma = 0.7): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(grid.codes.length * 4);
  const most = largestCode(grid);
  grid.codes.forEach((code, i) => {
    pixels.set(code < 0 ? MINUS : PLUS, 4 * i);
    pixels[4 * i + 3] = 255 * (Math.abs(code) / most) ** gamma;
  });
  return pixels;
}

/** Cells of one sign at `cut` of the largest size or more, as 0 / 1 [rows, cols]. */
export function signMask(grid: SignedGrid, sign: 1 | -1, cut: number): Uint8Array {
  const least = cut * largestCode(grid);
  return Uint8Array.from(grid.codes, (code) => (sign * code >= least && code !== 0 ? 1 : 0));
}
