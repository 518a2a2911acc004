import { expect, it } from "vitest";
import { besides, contactSheet, numberedSheet } from "./contact-sheet";
import type { RgbImage } from "./image";

const plain = (r: number, g: number, b: number, side = 32): RgbImage => {
  const data = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) data.set([r, g, b], i * 3);
  return { width: side, height: side, data };
};
const at = ({ data, width }: RgbImage, x: number, y: number) => [...data.subarray((y * width + x) * 3).subarray(0, 3)];

it("sets the part beside the whole picture", async () => {
  const pair = await besides(plain(200, 0, 0), plain(0, 0, 200), 64);
  expect([pair.width, pair.height]).toEqual([136, 64]);
  expect([at(pair, 32, 32), at(pair, 68, 32), at(pair, 100, 32)]).toEqual([
    [200, 0, 0],
    [255, 255, 255],
    [0, 0, 200],
  ]);
});

it("lays examples in rows of four, whole above part, and silent pictures below them", async () => {
  const example = (strength: number) => ({ whole: plain(200, 0, 0), crop: plain(0, 0, 200), strength });
  const sheet = await contactSheet([1, 2, 3, 4, 5].map(example), [plain(0, 120, 0)], 64);
  expect(sheet.width).toBe(8 + 4 * 72);
  const band = 36 + 2 * 64 + 24;
  expect(sheet.height).toBe(2 * band + 36 + 8 + 72 + 8);
  const middle = 8 + 32;
  expect(at(sheet, middle, 36 + 34)).toEqual([200, 0, 0]);
  expect(at(sheet, middle, 36 + 34 + 72)).toEqual([0, 0, 200]);
  expect(at(sheet, middle, band + 36 + 34)).toEqual([200, 0, 0]);
  expect(at(sheet, middle, 2 * band + 36 + 34)).toEqual([0, 120, 0]);
  // Nothing in the places of the sixth to eighth.
  expect(at(sheet, middle + 72, band + 36 + 34)).toEqual([255, 255, 255]);
  const again = await contactSheet([1, 2, 3, 4, 5].map(example), [plain(0, 120, 0)], 64);
  expect(Buffer.compare(again.data, sheet.data)).toBe(0);
});

it("lays pictures under their numbers in rows of four", async () => {
  const sheet = await numberedSheet([...Array(4).fill(plain(200, 0, 0)), plain(0, 120, 0)], 64);
  expect([sheet.width, sheet.height]).toEqual([8 + 4 * 72, 2 * (36 + 72) + 8]);
  expect(at(sheet, 8 + 32 + 3 * 72, 38 + 32)).toEqual([200, 0, 0]);
  expect(at(sheet, 8 + 32, 108 + 38 + 32)).toEqual([0, 120, 0]);
  expect(at(sheet, 8 + 32 + 72, 108 + 38 + 32)).toEqual([255, 255, 255]);
  const ink = [...Array(36 * 30).keys()].filter((p) => at(sheet, 8 + (p % 30), Math.floor(p / 30))[0]! < 100);
  expect(ink.length).toBeGreaterThan(20);
  expect(await numberedSheet([plain(0, 0, 0)], 64)).toMatchObject({ width: 80, height: 116 });
});
