import { describe, expect, it } from "vitest";
import { createSingleReader, singleSchema } from "./single";

const TOKEN = { imageTokenId: 4, patch: 8 };

describe("createSingleReader", () => {
  it("places the patches on the image: squash and centre crop", () => {
    const squash = createSingleReader(singleSchema.parse({ size: { height: 32, width: 32 } }), TOKEN);
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
    const crop = createSingleReader(
      singleSchema.parse({
        size: { shortest_edge: 32 },
        do_center_crop: true,
        crop_size: { height: 32, width: 32 },
      }),
      TOKEN,
    );
    // 128 x 64 becomes 64 x 32, of which the middle 32 x 32 is seen: half of the width.
    expect(crop.geometryFor({ width: 128, height: 64 })).toMatchObject({
      affine: [64, 0, 0, 64, 32, 0],
      resize: "crop",
    });
    const wide = { width: 64, height: 32, data: new Uint8Array(64 * 32 * 3) };
    for (let y = 0; y < 32; y++) wide.data.fill(255, (y * 64 + 16) * 3, (y * 64 + 48) * 3);
    const pixels = crop.feeds([wide]).pixel_values?.data as Float32Array;
    expect(new Set(pixels)).toEqual(new Set([1]));
  });

  it("refuses sizes that patches cannot tile", () => {
    const config = singleSchema.parse({ size: { height: 30, width: 32 } });
    expect(() => createSingleReader(config, TOKEN)).toThrow(/patches of 8/);
  });
});
