import type { Rng } from "../core/rng";
import { type Canvas, type Rgb, SIZE } from "./canvas";

export const COLORS: Record<string, Rgb> = {
  red: [214, 64, 60],
  orange: [240, 150, 60],
  yellow: [244, 214, 84],
  green: [96, 176, 92],
  blue: [80, 140, 220],
  purple: [150, 96, 200],
  white: [244, 244, 240],
  gray: [140, 142, 146],
};

export const TEXTURES = [
  "plain",
  "horizontal stripes",
  "vertical stripes",
  "diagonal stripes",
  "checks",
  "dots",
  "grid",
  "gradient",
  "noise",
] as const;
export type Texture = (typeof TEXTURES)[number];

export interface Background {
  color: string;
  texture: Texture;
}

const shade = (color: Rgb, by: number): Rgb => color.map((c) => Math.min(255, Math.max(0, c + by))) as unknown as Rgb;

/** Square wave of a period; t and phase are not negative. */
function wave(t: number, period: number): number {
  return t % period < period / 2 ? 1 : 0;
}

/** Share of the second shade at a pixel, 0 or 1 for hard patterns. */
function pattern(texture: Texture, x: number, y: number, period: number, phase: number): number {
  switch (texture) {
    case "horizontal stripes":
      return wave(y + phase, period);
    case "vertical stripes":
      return wave(x + phase, period);
    case "diagonal stripes":
      return wave((x + y) * 0.7071 + phase, period);
    case "checks":
      return wave(x + phase, period) ^ wave(y + phase, period);
    case "dots": {
      const u = ((x + phase) % period) - period / 2;
      const v = ((y + phase) % period) - period / 2;
      return u * u + v * v < (period * period) / 11 ? 1 : 0;
    }
    case "grid":
      return (x + phase) % period < 2 || (y + phase) % period < 2 ? 1 : 0;
    case "gradient":
      return (phase % 2 < 1 ? y : x) / SIZE;
    default:
      return 0;
  }
}

/** Paints colour and texture over the whole canvas and resets its mask. */
export function paintBackground(canvas: Canvas, background: Background, rng: Rng): void {
  const base = shade(COLORS[background.color]!, rng.range(-12, 12));
  const dark = background.color === "white" || background.color === "yellow" || rng.chance(0.6);
  const strength = background.texture === "gradient" ? 90 : rng.range(38, 66);
  const second = shade(base, dark ? -strength : strength);
  const period = rng.range(10, 18);
  const phase = rng.range(0, period);
  const noise = background.texture === "noise" ? 44 : 3;
  // One xorshift word per pixel: the counter-based generator is too slow for 12,544 draws a scene.
  let word = rng.uint32() | 1;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      word ^= word << 13;
      word ^= word >>> 17;
      word ^= word << 5;
      const w = pattern(background.texture, x, y, period, phase);
      const n = (word / 2147483648) * noise;
      const at = (y * SIZE + x) * 3;
      for (let c = 0; c < 3; c++) {
        const value = base[c]! + (second[c]! - base[c]!) * w + n;
        canvas.pixels[at + c] = value < 0 ? 0 : Math.min(value, 255);
      }
    }
  }
  canvas.mask.fill(0);
}
