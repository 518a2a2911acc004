import type { Rng } from "../core/rng";
import { SPRITE, type Sprite, WORD_HEIGHT, type WordSprite } from "./atlas";

/** Side of a scene in pixels. */
export const SIZE = 112;
export type Rgb = readonly [number, number, number];
export type Box = [x0: number, y0: number, x1: number, y1: number];

/** A scene under construction: pixels, and for each pixel the number of the topmost object (0 = background). */
export interface Canvas {
  pixels: Uint8Array; // [SIZE, SIZE, 3]
  mask: Uint8Array; // [SIZE, SIZE]
}

export function createCanvas(): Canvas {
  return { pixels: new Uint8Array(SIZE * SIZE * 3), mask: new Uint8Array(SIZE * SIZE) };
}

/** Blends one pixel; from half coverage on it also belongs to object `id`. */
export function blend(canvas: Canvas, x: number, y: number, color: Rgb, alpha: number, id: number): void {
  if (x < 0 || y < 0 || x >= SIZE || y >= SIZE) return;
  const i = y * SIZE + x;
  for (let c = 0; c < 3; c++) {
    const at = i * 3 + c;
    canvas.pixels[at] = canvas.pixels[at]! + (color[c]! - canvas.pixels[at]!) * alpha;
  }
  if (alpha >= 0.5) canvas.mask[i] = id;
}

/** How a sprite is put down: centre, size in pixels, rotation, mirror, and a colour change. */
export interface Placement {
  x: number;
  y: number;
  size: number;
  angle: number;
  flip: boolean;
  gain: Rgb;
  saturation: number;
  lift: number;
}

/** A placement's colour change; `strength` 0 leaves the art as it is. */
export function jitter(rng: Rng, strength: number): Pick<Placement, "gain" | "saturation" | "lift"> {
  const g = (): number => 1 + rng.range(-0.25, 0.25) * strength;
  const grey = rng.chance(0.1 * strength) ? 0 : 1 + rng.range(-0.5, 0.4) * strength;
  return { gain: [g(), g(), g()], saturation: grey, lift: rng.range(-25, 25) * strength };
}

const clamp = (value: number): number => (value < 0 ? 0 : Math.min(value, 255));

/** Draws a sprite by bilinear sampling of the nearest finer mip level. Returns the box of its visible pixels. */
export function drawSprite(canvas: Canvas, sprite: Sprite, p: Placement, id: number): Box {
  const side = p.size > SPRITE * 0.6 ? SPRITE : SPRITE / 2;
  const data = side === SPRITE ? sprite.full : sprite.half;
  const cos = Math.cos(p.angle);
  const sin = Math.sin(p.angle);
  const reach = Math.ceil((p.size / 2) * (Math.abs(cos) + Math.abs(sin)));
  const box: Box = [SIZE, SIZE, 0, 0];
  const scale = side / p.size;
  const color: [number, number, number] = [0, 0, 0];
  for (let y = Math.max(0, Math.floor(p.y - reach)); y < Math.min(SIZE, p.y + reach); y++) {
    for (let x = Math.max(0, Math.floor(p.x - reach)); x < Math.min(SIZE, p.x + reach); x++) {
      const dx = x + 0.5 - p.x;
      const dy = y + 0.5 - p.y;
      const ux = (p.flip ? -1 : 1) * (dx * cos + dy * sin);
      const u = ux * scale + side / 2 - 0.5;
      const v = (-dx * sin + dy * cos) * scale + side / 2 - 0.5;
      if (u < -0.5 || v < -0.5 || u > side - 0.5 || v > side - 0.5) continue;
      const u0 = Math.max(0, Math.floor(u));
      const v0 = Math.max(0, Math.floor(v));
      const u1 = Math.min(side - 1, u0 + 1);
      const v1 = Math.min(side - 1, v0 + 1);
      const fu = Math.max(0, u - u0);
      const fv = Math.max(0, v - v0);
      let r = 0;
      let g = 0;
      let b = 0;
      let a = 0;
      for (let k = 0; k < 4; k++) {
        const i = ((k < 2 ? v0 : v1) * side + (k & 1 ? u1 : u0)) * 4;
        const w = (k < 2 ? 1 - fv : fv) * (k & 1 ? fu : 1 - fu) * data[i + 3]!;
        r += data[i]! * w;
        g += data[i + 1]! * w;
        b += data[i + 2]! * w;
        a += w;
      }
      if (a < 8) continue;
      const grey = (0.3 * r + 0.59 * g + 0.11 * b) / a;
      color[0] = clamp((grey + (r / a - grey) * p.saturation) * p.gain[0] + p.lift);
      color[1] = clamp((grey + (g / a - grey) * p.saturation) * p.gain[1] + p.lift);
      color[2] = clamp((grey + (b / a - grey) * p.saturation) * p.gain[2] + p.lift);
      blend(canvas, x, y, color, a / 255, id);
      if (a >= 128) {
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x + 1);
        box[3] = Math.max(box[3], y + 1);
      }
    }
  }
  return box;
}

/** Width in pixels of a word drawn `height` pixels high. */
export function wordWidth(word: WordSprite, height: number): number {
  return (word.width * height) / WORD_HEIGHT;
}

/**
 * Writes a word, centred, `height` pixels high (box filter over the sprite). Its pixels belong to object `id`. Returns
 * where each letter begins and the last one ends [px].
 */
export function drawWord(
  canvas: Canvas,
  word: WordSprite,
  cx: number,
  cy: number,
  height: number,
  color: Rgb,
  id: number,
): number[] {
  const scale = WORD_HEIGHT / height;
  const x0 = cx - wordWidth(word, height) / 2;
  const y0 = cy - height / 2;
  const taps = Math.max(1, Math.round(scale));
  for (let y = Math.floor(y0); y < y0 + height; y++) {
    for (let x = Math.floor(x0); x < x0 + word.width / scale; x++) {
      let sum = 0;
      for (let j = 0; j < taps; j++) {
        for (let i = 0; i < taps; i++) {
          const u = Math.floor((x - x0 + (i + 0.5) / taps) * scale);
          const v = Math.floor((y - y0 + (j + 0.5) / taps) * scale);
          if (u >= 0 && v >= 0 && u < word.width && v < WORD_HEIGHT) sum += word.alpha[v * word.width + u]!;
        }
      }
      if (sum > 0) blend(canvas, x, y, color, sum / (taps * taps * 255), id);
    }
  }
  return word.edges.map((edge) => Math.round((x0 + edge / scale) * 10) / 10);
}

/** Fills an axis-parallel box. */
export function fillBox(canvas: Canvas, box: Box, color: Rgb, id: number): void {
  for (let y = Math.max(0, Math.round(box[1])); y < Math.min(SIZE, box[3]); y++) {
    for (let x = Math.max(0, Math.round(box[0])); x < Math.min(SIZE, box[2]); x++) blend(canvas, x, y, color, 1, id);
  }
}

/** Marks a box as belonging to object `id` without touching pixels. */
export function maskBox(canvas: Canvas, box: Box, id: number): void {
  for (let y = Math.max(0, Math.round(box[1])); y < Math.min(SIZE, box[3]); y++) {
    canvas.mask.fill(id, y * SIZE + Math.max(0, Math.round(box[0])), y * SIZE + Math.min(SIZE, Math.round(box[2])));
  }
}
