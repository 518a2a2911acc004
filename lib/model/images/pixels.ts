import { z } from "zod";
import type { RgbImage } from "@/lib/media/image";
import type { ImageSize } from "@/lib/model/images/reader";

/** The fields of preprocessor_config.json that every family has. */
export const pixelSchema = z.object({
  resample: z.int().min(0).max(5).default(3),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: z.array(z.number()).length(3).default([0.5, 0.5, 0.5]),
  image_std: z.array(z.number().positive()).length(3).default([0.5, 0.5, 0.5]),
});

export type PixelConfig = z.infer<typeof pixelSchema>;

/** Normalised values of each channel's 256 levels. */
export function levels(config: PixelConfig): Float32Array[] {
  const factor = config.do_rescale ? config.rescale_factor : 1;
  return [0, 1, 2].map((c) => {
    const mean = config.do_normalize ? config.image_mean[c]! : 0;
    const std = config.do_normalize ? config.image_std[c]! : 1;
    // Float32 after each step, as the Python processors compute it.
    return Float32Array.from({ length: 256 }, (_, v) => Math.fround(Math.fround(v * factor) - mean) / std);
  });
}

/** Normalised pixels [3, height, width], written into `out` from `offset`. */
export function pixelsInto(out: Float32Array, offset: number, image: RgbImage, tables: readonly Float32Array[]): void {
  const pixels = image.width * image.height;
  for (let c = 0; c < 3; c++) {
    const table = tables[c]!;
    const plane = offset + c * pixels;
    for (let i = 0; i < pixels; i++) out[plane + i] = table[image.data[i * 3 + c]!]!;
  }
}

/** Part of an image; what lies outside of it is black. */
export function cut(image: RgbImage, left: number, top: number, { width, height }: ImageSize): RgbImage {
  if (left === 0 && top === 0 && image.width === width && image.height === height) return image;
  const data = new Uint8Array(width * height * 3);
  const from = Math.max(0, left);
  const to = Math.min(image.width, left + width);
  for (let y = Math.max(0, -top); y < height && y + top < image.height; y++) {
    const line = (y + top) * image.width;
    if (to > from) data.set(image.data.subarray((line + from) * 3, (line + to) * 3), (y * width + from - left) * 3);
  }
  return { width, height, data };
}
