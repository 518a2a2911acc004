import { AppError } from "@/lib/core/errors";
import { decodeImage, encodeWebp, resizeImage } from "@/lib/media/image";
import { blobs } from "@/lib/storage/blobs";

const SIZES = new Set([96, 256, 512]);

/**
 * The bytes of a stored image at a size: `96.webp`, `256.webp`, `512.webp` fit into that square, `orig.webp` is as it
 * came. Nothing is enlarged: a smaller original comes as it is. Sizes are made once and kept.
 * @throws AppError NOT_FOUND, IMAGE_UNREADABLE
 */
export async function readImage(sha: string, file: string): Promise<Uint8Array> {
  const size = /^(96|256|512|orig)\.webp$/.exec(file)?.[1];
  if (!size || !/^[0-9a-f]{64}$/.test(sha))
    throw new AppError("NOT_FOUND", "Images are at /i/<sha256>/96.webp, 256, 512 or orig.");
  const key = `thumbs/${sha}-${size}.webp`;
  const kept = SIZES.has(Number(size)) ? await blobs().get(key) : null;
  if (kept) return kept;
  const original = await blobs().get(`images/${sha}`);
  if (!original) throw new AppError("NOT_FOUND", "No stored image has this hash.");
  return size === "orig" ? original : shrink(original, Number(size), key);
}

async function shrink(original: Uint8Array, size: number, key: string): Promise<Uint8Array> {
  const image = await decodeImage(original);
  const scale = size / Math.max(image.width, image.height);
  if (scale >= 1) return original;
  const small = await resizeImage(
    image,
    Math.max(1, Math.round(image.width * scale)),
    Math.max(1, Math.round(image.height * scale)),
    "fill",
  );
  const bytes = await encodeWebp(small, { quality: 86 });
  await blobs().put(key, bytes);
  return bytes;
}

/** A contact strip by `<hash>.webp`. @throws AppError NOT_FOUND */
export async function readStrip(file: string): Promise<Uint8Array> {
  const hash = /^([0-9a-f]{8,64})\.webp$/.exec(file)?.[1];
  const bytes = hash ? await blobs().get(`strips/${hash}.webp`) : null;
  if (!bytes) throw new AppError("NOT_FOUND", "No strip has this hash.");
  return bytes;
}
