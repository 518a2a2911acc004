import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { isAppError } from "@/lib/core/errors";
import { decodeImage, encodePng, encodeWebp, resizeImage } from "./image";

const image = { width: 5, height: 3, data: Uint8Array.from({ length: 45 }, (_, i) => (i * 37) % 256) };

describe("images", () => {
  it("keeps every pixel through PNG and lossless WebP", async () => {
    expect(await decodeImage(await encodePng(image))).toEqual(image);
    expect(await decodeImage(await encodeWebp(image, { lossless: true }))).toEqual(image);
  });

  it("lays transparency over white and makes grey three channels", async () => {
    const clear = sharp(Buffer.from([0, 0, 0, 0, 10, 20, 30, 255]), { raw: { width: 2, height: 1, channels: 4 } });
    expect(Array.from((await decodeImage(await clear.png().toBuffer())).data)).toEqual([255, 255, 255, 10, 20, 30]);
    const grey = sharp(Buffer.from([7, 9]), { raw: { width: 2, height: 1, channels: 1 } });
    expect(Array.from((await decodeImage(await grey.png().toBuffer())).data)).toEqual([7, 7, 7, 9, 9, 9]);
  });

  it("turns a photo upright by its EXIF tag", async () => {
    const bytes = await sharp(image.data, { raw: { width: 5, height: 3, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await decodeImage(bytes)).toMatchObject({ width: 3, height: 5 });
  });

  it("says what to do about bytes that are no image", async () => {
    for (const bytes of [new Uint8Array(), Buffer.from("not an image"), (await encodePng(image)).subarray(0, 40)]) {
      const error = await decodeImage(bytes).catch((e) => e);
      expect(isAppError(error) && error.code).toBe("IMAGE_UNREADABLE");
    }
  });

  it("resizes to the asked size and leaves a fitting image alone", async () => {
    expect(await resizeImage(image, 5, 3)).toBe(image);
    expect((await resizeImage(image, 8, 8, "contain")).data).toHaveLength(192);
  });
});
