import { describe, expect, it } from "vitest";
import { createPreprocessor, preprocessorSchema } from "./preprocess";
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

describe("createPreprocessor", () => {
  it("places the patches on the image: squash and centre crop", () => {
    const squash = createPreprocessor(preprocessorSchema.parse({ size: { height: 32, width: 32 } }), 8);
    expect(squash.geometryFor({ width: 32, height: 32 })).toEqual({
      id: "base",
      view: "base",
      rows: 4,
      cols: 4,
      affine: [32, 0, 0, 32, 0, 0],
      resize: "squash",
    });
    expect(squash.geometryFor({ width: 70, height: 45 })).toMatchObject({
      id: "base-70x45",
      affine: [70, 0, 0, 45, 0, 0],
    });
    const crop = createPreprocessor(
      preprocessorSchema.parse({
        size: { shortest_edge: 32 },
        do_center_crop: true,
        crop_size: { height: 32, width: 32 },
      }),
      8,
    );
    // 128 x 64 becomes 64 x 32, of which the middle 32 x 32 is seen: half of the width.
    expect(crop.geometryFor({ width: 128, height: 64 })).toMatchObject({
      affine: [64, 0, 0, 64, 32, 0],
      resize: "crop",
    });
    const wide = { width: 64, height: 32, data: new Uint8Array(64 * 32 * 3) };
    for (let y = 0; y < 32; y++) wide.data.fill(255, (y * 64 + 16) * 3, (y * 64 + 48) * 3);
    const pixels = new Float32Array(3 * 32 * 32);
    crop.pixelsInto(pixels, 0, wide);
    expect(new Set(pixels)).toEqual(new Set([1]));
  });

  it("refuses sizes that patches cannot tile", () => {
    const config = preprocessorSchema.parse({ size: { height: 30, width: 32 } });
    expect(() => createPreprocessor(config, 8)).toThrow(/patches of 8/);
  });
});
