import type { GridPlace } from "@/lib/autointerp/region";

/** Left, top, right and bottom, in per cent of the image's width and height. */
export type Box = readonly [number, number, number, number];

/** The question to a reader that can point. */
export function groundingQuestion(label: string) {
  return {
    text: `Where does this image show: ${label}? Answer with a JSON object {"boxes": [[left, top, right, bottom], ...]} in per cent of the image's width and height, from 0 to 100, one box for each place; an empty list when it is nowhere. Nothing else.`,
    maxTokens: 200,
    schema: {
      name: "boxes",
      schema: {
        ...{ type: "object", additionalProperties: false, required: ["boxes"] },
        properties: {
          boxes: { type: "array", items: { type: "array", items: { type: "number" }, minItems: 4, maxItems: 4 } },
        },
      },
    },
  };
}

/** The boxes of an answer, held to the image; null when it cannot be read. A box without an area is no box. */
export function readBoxes(answer: string): Box[] | null {
  const list = /\[[\s\d.,[\]-]*\]/.exec(answer)?.[0];
  if (!list) return null;
  let read: unknown;
  try {
    read = JSON.parse(list);
  } catch {
    return null;
  }
  const boxes = (Array.isArray(read) && typeof read[0] === "number" ? [read] : read) as unknown[];
  const fits = (box: unknown): box is number[] =>
    Array.isArray(box) && box.length === 4 && box.every((x) => typeof x === "number" && Number.isFinite(x));
  if (!Array.isArray(boxes) || !boxes.every(fits)) return null;
  const held = (x: number) => Math.min(100, Math.max(0, x));
  return boxes
    .map(([l, t, r, b]): Box => [held(l!), held(t!), held(r!), held(b!)])
    .filter(([l, t, r, b]) => r > l && b > t);
}

/** The cells of a grid whose centre lies in one of the boxes, [rows * cols] of 0 and 1. */
export function boxCells(boxes: readonly Box[], place: GridPlace, width: number, height: number): Uint8Array {
  const [a, , , d, e, f] = place.affine;
  const out = new Uint8Array(place.rows * place.cols);
  for (let cell = 0; cell < out.length; cell++) {
    const x = (100 * (a * (((cell % place.cols) + 0.5) / place.cols) + e)) / width;
    const y = (100 * (d * ((Math.floor(cell / place.cols) + 0.5) / place.rows) + f)) / height;
    if (boxes.some(([l, t, r, b]) => x >= l && x <= r && y >= t && y <= b)) out[cell] = 1;
  }
  return out;
}
