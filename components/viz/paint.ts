import type { Grid } from "./grid";
import { type PaletteName, paletteTable } from "./palette";

export type OverlayMode = "spot" | "line" | "heat" | "crop" | "off";

export const OVERLAY_MODES: readonly OverlayMode[] = ["spot", "line", "heat", "crop", "off"];

export interface PaintOptions {
  mode: OverlayMode;
  mask: Uint8Array;
  /** The feature's reference strength: colour runs from 0 to it, in every image. */
  aRef: number;
  gamma: number;
  palette: PaletteName;
}

/**
 * RGBA pixels of one overlay, one pixel per cell [rows, cols, 4].
 * Spotlight darkens what lies outside the mask and leaves the inside untouched; heat colours the mask with
 * alpha = (value / aRef) ^ gamma. Modes that draw no pixels (line, crop, off) and a spotlight without any passing
 * cell answer a fully clear picture.
 */
export function paintOverlay(grid: Grid, options: PaintOptions): Uint8ClampedArray<ArrayBuffer> {
  const { mode, mask } = options;
  const pixels = new Uint8ClampedArray(grid.codes.length * 4);
  if (mode === "spot" && mask.includes(1)) {
    for (let i = 0; i < mask.length; i++) if (!mask[i]) pixels[4 * i + 3] = 255;
  }
  if (mode === "heat") paintHeat(pixels, grid, options);
  return pixels;
}

function paintHeat(pixels: Uint8ClampedArray, grid: Grid, { mask, aRef, gamma, palette }: PaintOptions): void {
  const table = paletteTable(palette);
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const t = Math.min(1, ((grid.codes[i] as number) * grid.scale) / 255 / aRef);
    const at = 3 * Math.round(255 * t);
    pixels[4 * i] = table[at] as number;
    pixels[4 * i + 1] = table[at + 1] as number;
    pixels[4 * i + 2] = table[at + 2] as number;
    pixels[4 * i + 3] = 255 * t ** gamma;
  }
}
