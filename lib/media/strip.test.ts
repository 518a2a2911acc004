import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { composeStrip, decodeTile } from "@/lib/media/strip";

const square = async (r: number, width = 96, height = 96) =>
  new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background: { r, g: 0, b: 0 } } })
      .png()
      .toBuffer(),
  );

describe("contact strips", () => {
  it("put thumbnails side by side in order", async () => {
    const strip = await composeStrip(
      await Promise.all([await square(250), await square(10, 48, 96), await square(130)].map((t) => decodeTile(t))),
    );
    const { data, info } = await sharp(strip).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([288, 96, 4]);
    const red = (x: number) => data[(48 * 288 + x) * 4] as number;
    expect(red(48)).toBeGreaterThan(235);
    expect(red(96 + 48)).toBeLessThan(25);
    expect(data[(48 * 288 + 98) * 4 + 3]).toBe(0);
    expect(Math.abs(red(192 + 48) - 130)).toBeLessThan(12);
  });
});
