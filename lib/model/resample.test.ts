import { describe, expect, it } from "vitest";
import { type ResampleFilter, resample } from "./resample";

const image = (width: number, height: number) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 89 + (i >> 3) * 31) % 256),
});

// Pillow 12.3, Image.fromarray(image(23, 17)).resize((width, height), filter) as flat bytes b: filter, width, height,
// sum of b[i] * (i % 7 + 1), b[0:6].
const PILLOW: [number, number, number, number, number[]][] = [
  [0, 8, 12, 148106, [11, 100, 189, 75, 164, 253]],
  [0, 40, 31, 1893817, [0, 89, 178, 0, 89, 178]],
  [1, 8, 12, 146455, [43, 98, 202, 65, 179, 139]],
  [1, 40, 31, 1893966, [0, 91, 181, 0, 93, 179]],
  [2, 8, 12, 146694, [43, 109, 194, 75, 169, 139]],
  [2, 40, 31, 1894539, [0, 89, 178, 4, 93, 182]],
  [3, 8, 12, 146705, [41, 103, 199, 69, 173, 142]],
  [3, 40, 31, 1894387, [0, 89, 178, 0, 92, 180]],
  [4, 8, 12, 146952, [11, 100, 199, 75, 174, 178]],
  [4, 40, 31, 1893817, [0, 89, 178, 0, 89, 178]],
  [5, 8, 12, 147013, [31, 104, 197, 74, 168, 163]],
  [5, 40, 31, 1893942, [0, 89, 178, 2, 91, 180]],
];

describe("resample", () => {
  it.each(PILLOW)("equals Pillow with filter %i to %ix%i", (filter, width, height, sum, first) => {
    const { data } = resample(image(23, 17), width, height, filter as ResampleFilter);
    expect(Array.from(data.subarray(0, 6))).toEqual(first);
    expect(data.reduce((a, b, i) => a + b * ((i % 7) + 1), 0)).toBe(sum);
  });

  it("leaves a fitting image alone", () => {
    const fitting = image(8, 8);
    expect(resample(fitting, 8, 8, 3)).toBe(fitting);
  });
});
