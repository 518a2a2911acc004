import sharp from "sharp";
import { AppError } from "@/lib/core/errors";

/** Opaque 8-bit sRGB pixels, row-major. */
export interface RgbImage {
  width: number;
  height: number;
  data: Uint8Array; // [height, width, 3]
}

/** An image of more pixels than this would need gigabytes; no vision tower looks at so many. */
const MAX_PIXELS = 100_000_000;

/**
 * Decodes PNG, JPEG, WebP, GIF (first frame), TIFF, AVIF or SVG: turned upright by its EXIF tag, converted to sRGB,
 * transparency laid over white.
 * @throws AppError IMAGE_UNREADABLE.
 */
export async function decodeImage(bytes: Uint8Array): Promise<RgbImage> {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error" })
      .rotate()
      .toColourspace("srgb")
      .flatten({ background: "#ffffff" })
      .removeAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: threeChannels(data, info.channels) };
  } catch (cause) {
    throw new AppError(
      "IMAGE_UNREADABLE",
      "The image cannot be read: save it again as PNG, JPEG or WebP with at most 100 megapixels.",
      { cause },
    );
  }
}

function threeChannels(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const pixels = data.length / channels;
  const out = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) out.fill(data[i * channels] as number, i * 3, i * 3 + 3);
  return out;
}

/** Encodes as WebP: exact pixels with `lossless`, else `quality` of 1 to 100 (default 80). */
export async function encodeWebp(
  image: RgbImage,
  options: { lossless?: boolean; quality?: number } = {},
): Promise<Uint8Array> {
  const { lossless = false, quality = 80 } = options;
  // Effort 2 of 6: a third of the time of the default for a few per cent more bytes.
  return open(image).webp({ lossless, quality, effort: 2 }).toBuffer();
}

/** Encodes as PNG with exact pixels. */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  return open(image).png().toBuffer();
}

/** Encodes as JPEG with full colour resolution; `quality` of 1 to 100. */
export async function encodeJpeg(image: RgbImage, quality: number): Promise<Uint8Array> {
  return open(image).jpeg({ quality, chromaSubsampling: "4:4:4" }).toBuffer();
}

/**
 * Scales for people to look at (thumbnails); what a model sees is scaled by lib/model/resample.ts, as in training.
 * `cover` cuts what does not fit, `contain` pads with white, `fill` stretches. An image of that size is returned as is.
 */
export async function resizeImage(
  image: RgbImage,
  width: number,
  height: number,
  fit: "cover" | "contain" | "fill" = "cover",
): Promise<RgbImage> {
  if (image.width === width && image.height === height) return image;
  const { data, info } = await open(image)
    .resize(width, height, { fit, background: "#ffffff" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: threeChannels(data, info.channels) };
}

function open(image: RgbImage) {
  const { width, height, data } = image;
  if (data.length !== width * height * 3) {
    throw new RangeError(`image: ${data.length} bytes cannot have shape [${height},${width},3]`);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}
