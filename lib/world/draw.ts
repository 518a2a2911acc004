import type { Rng } from "../core/rng";
import type { Atlas } from "./atlas";
import { COLORS } from "./background";
import { type Box, blend, type Canvas, drawWord, fillBox, maskBox, type Rgb, SIZE, wordWidth } from "./canvas";

export const SHAPES = ["circle", "triangle", "square", "line", "curve", "cross"] as const;
export type Shape = (typeof SHAPES)[number];

const luminance = (c: Rgb): number => 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2];
/** Black or white, whichever can be read on `ground`. */
export const inkOn = (ground: Rgb): Rgb => (luminance(ground) > 140 ? [20, 20, 24] : [250, 250, 250]);

/** Distance test of a primitive of unit size around the origin: inside, or within half a stroke of it. */
function inside(shape: Shape, u: number, v: number, stroke: number): boolean {
  switch (shape) {
    case "circle":
      return Math.abs(Math.hypot(u, v) - 0.9) < stroke;
    case "square":
      return Math.abs(Math.max(Math.abs(u), Math.abs(v)) - 0.85) < stroke;
    case "triangle": {
      const d = Math.max(v - 0.7, 0.5 * -v + 0.87 * Math.abs(u) - 0.45);
      return Math.abs(d) < stroke;
    }
    case "line":
      return Math.abs(v) < stroke && Math.abs(u) < 1;
    case "curve":
      return Math.abs(v - 0.6 * Math.sin(3 * u)) < stroke * 1.3 && Math.abs(u) < 1;
    case "cross":
      return Math.min(Math.abs(u), Math.abs(v)) < stroke && Math.max(Math.abs(u), Math.abs(v)) < 0.9;
  }
}

/** Draws a stroked primitive; its whole inside belongs to it in the mask, for line-like ones only the stroke. */
export function drawShape(
  canvas: Canvas,
  shape: Shape,
  x: number,
  y: number,
  radius: number,
  color: Rgb,
  angle: number,
  id: number,
): Box {
  const stroke = 2.2 / radius + 0.04;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const box: Box = [SIZE, SIZE, 0, 0];
  for (let py = Math.max(0, Math.floor(y - radius * 1.2)); py < Math.min(SIZE, y + radius * 1.2); py++) {
    for (let px = Math.max(0, Math.floor(x - radius * 1.2)); px < Math.min(SIZE, x + radius * 1.2); px++) {
      const dx = (px + 0.5 - x) / radius;
      const dy = (py + 0.5 - y) / radius;
      if (!inside(shape, dx * cos + dy * sin, -dx * sin + dy * cos, stroke)) continue;
      blend(canvas, px, py, color, 1, id);
      box[0] = Math.min(box[0], px);
      box[1] = Math.min(box[1], py);
      box[2] = Math.max(box[2], px + 1);
      box[3] = Math.max(box[3], py + 1);
    }
  }
  return box;
}

/** A sign: a board with a word on it. The whole board belongs to the word. Returns its box and the edges of its letters. */
export function drawSign(
  canvas: Canvas,
  atlas: Atlas,
  word: string,
  font: number,
  cx: number,
  cy: number,
  height: number,
  rng: Rng,
  id: number,
): { box: Box; letters: number[] } {
  const sprite = atlas.word(word, font);
  const width = wordWidth(sprite, height);
  const x = Math.min(SIZE - width / 2 - 3, Math.max(width / 2 + 3, cx));
  const board = COLORS[rng.pick(Object.keys(COLORS))]!;
  const box: Box = [
    Math.round(x - width / 2 - 2),
    Math.round(cy - height / 2 - 1),
    Math.round(x + width / 2 + 2),
    Math.round(cy + height / 2 + 1),
  ];
  const ink = inkOn(board);
  fillBox(canvas, [box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1], ink, id);
  fillBox(canvas, box, board, id);
  return { box, letters: drawWord(canvas, sprite, x, cy, height, ink, id) };
}

const LAND: Rgb[] = [
  [226, 202, 140],
  [190, 214, 140],
  [236, 178, 150],
  [212, 190, 226],
  [244, 226, 160],
  [168, 206, 180],
];

export interface MapRegion {
  country: string;
  landId: number;
  labelId: number;
  landBox: Box;
  labelBox: Box;
  letters: number[];
}

/**
 * Draws countries as wobbly regions in the sea, each with its name on it. Region i takes mask ids `firstId + 2 i` (land)
 * and `firstId + 2 i + 1` (the written name).
 */
export function drawMap(
  canvas: Canvas,
  atlas: Atlas,
  countries: readonly string[],
  font: number,
  rng: Rng,
  firstId: number,
): MapRegion[] {
  const n = countries.length;
  const colors = rng.shuffle([...LAND]);
  const spots: [number, number][] = [];
  const slots = rng.shuffle(
    n <= 2
      ? [
          [0.5, 0.28],
          [0.5, 0.74],
        ]
      : n === 3
        ? [
            [0.32, 0.22],
            [0.68, 0.52],
            [0.34, 0.82],
          ]
        : [
            [0.3, 0.18],
            [0.68, 0.4],
            [0.32, 0.62],
            [0.66, 0.86],
          ],
  );
  for (let i = 0; i < n; i++) {
    const slot = slots[i] as [number, number];
    spots.push([(slot[0] + rng.range(-0.04, 0.04)) * SIZE, (slot[1] + rng.range(-0.03, 0.03)) * SIZE]);
  }
  const radius = n <= 2 ? rng.range(30, 40) : rng.range(22, 30);
  const waves = Array.from(
    { length: 4 },
    () => [rng.range(0.04, 0.13), rng.range(0.04, 0.13), rng.range(0, 6.3)] as const,
  );
  const land: Box[] = countries.map(() => [SIZE, SIZE, 0, 0]);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      let wobble = 0;
      for (const [a, b, c] of waves) wobble += Math.sin(a * x + b * y + c) * 3.2;
      let best = -1;
      let near = Infinity;
      for (let i = 0; i < n; i++) {
        const d = Math.sqrt(((x - spots[i]![0]) * 0.62) ** 2 + (y - spots[i]![1]) ** 2) + wobble;
        if (d < near) {
          near = d;
          best = i;
        }
      }
      if (near > radius * 0.72) continue;
      const edge = near > radius * 0.72 - 1.3;
      blend(canvas, x, y, edge ? [110, 96, 80] : colors[best]!, 1, firstId + 2 * best);
      const box = land[best]!;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x + 1);
      box[3] = Math.max(box[3], y + 1);
    }
  }
  return countries.map((country, i) => {
    const sprite = atlas.word(country, font);
    const height = Math.min(rng.range(15, 19), (15 * 100) / wordWidth(sprite, 15));
    const width = wordWidth(sprite, height);
    const x = Math.min(SIZE - width / 2 - 1, Math.max(width / 2 + 1, spots[i]![0]));
    const y = Math.min(SIZE - height / 2, Math.max(height / 2, spots[i]![1]));
    const labelBox: Box = [
      Math.round(x - width / 2),
      Math.round(y - height * 0.42),
      Math.round(x + width / 2),
      Math.round(y + height * 0.42),
    ];
    const letters = drawWord(canvas, sprite, x, y, height, [24, 20, 30], firstId + 2 * i + 1);
    maskBox(canvas, labelBox, firstId + 2 * i + 1);
    return { country, landId: firstId + 2 * i, labelId: firstId + 2 * i + 1, landBox: land[i]!, labelBox, letters };
  });
}
