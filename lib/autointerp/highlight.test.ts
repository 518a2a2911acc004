import { expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import type { RgbImage } from "@/lib/media/image";
import { boxAround, highlightedCrop } from "./highlight";
import { type GridPlace, HIDDEN } from "./region";

const whole = (rows: number, cols: number, width: number, height: number): GridPlace => ({
  rows,
  cols,
  affine: [width, 0, 0, height, 0, 0],
});

it("cuts out the kept cells with one cell around, inside the image", () => {
  const size = { width: 40, height: 40 };
  const keep = (cell: number) => Uint8Array.from({ length: 16 }, (_, i) => (i === cell ? 1 : 0));
  expect(boxAround(size, keep(5), whole(4, 4, 40, 40))).toEqual([0, 0, 30, 30]);
  expect(boxAround(size, keep(15), whole(4, 4, 40, 40))).toEqual([20, 20, 40, 40]);
  expect(boxAround(size, new Uint8Array(16), whole(4, 4, 40, 40))).toBeNull();
});

it("fades what is outside of the region, as a plain loop over whole images does", () => {
  const rng = createRng(5, "highlight");
  for (let round = 0; round < 20; round++) {
    const [width, height, rows, cols] = [12 + rng.int(30), 12 + rng.int(30), 2 + rng.int(5), 2 + rng.int(5)];
    const image: RgbImage = {
      width,
      height,
      data: Uint8Array.from({ length: width * height * 3 }, () => rng.int(256)),
    };
    const place: GridPlace = { rows, cols, affine: [width - 4, 0, 0, height - 3, 2, 1] };
    const keep = Uint8Array.from({ length: rows * cols }, () => (rng.chance(0.2) ? 1 : 0));
    const box = boxAround(image, keep, place);
    const crop = highlightedCrop(image, keep, place);
    if (!box) {
      expect(crop).toBe(image);
      continue;
    }
    for (let y = 0; y < crop.height; y++) {
      for (let x = 0; x < crop.width; x++) {
        const [px, py] = [box[0] + x, box[1] + y];
        const [c, r] = [(((px + 0.5 - 2) / (width - 4)) * cols) | 0, (((py + 0.5 - 1) / (height - 3)) * rows) | 0];
        const inside = px + 0.5 >= 2 && py + 0.5 >= 1 && c < cols && r < rows && keep[r * cols + c] === 1;
        const value = image.data[(py * width + px) * 3] as number;
        const expected = inside ? value : Math.round(0.25 * value + 0.75 * HIDDEN);
        expect(crop.data[(y * crop.width + x) * 3]).toBe(expected);
      }
    }
  }
});
