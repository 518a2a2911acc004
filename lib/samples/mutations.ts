import { AppError } from "@/lib/core/errors";
import { sha256 } from "@/lib/core/hash";
import { decodeImage } from "@/lib/media/image";
import { blobs } from "@/lib/storage/blobs";

/** Largest image that a request may bring, in bytes and pixels. */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
const MAX_IMAGE_PIXELS = 40_000_000;

/**
 * Keeps an image that a request brought, under the SHA-256 of its bytes; it belongs to no data set.
 * @throws AppError TOO_LARGE, IMAGE_UNREADABLE.
 */
export async function storeImage(bytes: Uint8Array): Promise<{ sha: string; width: number; height: number }> {
  if (bytes.length > MAX_IMAGE_BYTES) throw new AppError("TOO_LARGE", "An image may have 10 MB: make it smaller.");
  const { width, height } = await decodeImage(bytes);
  if (width * height > MAX_IMAGE_PIXELS) {
    throw new AppError("TOO_LARGE", `An image may have 40 megapixels, and this one is ${width} x ${height}.`);
  }
  const sha = sha256(bytes);
  await blobs().put(`images/${sha}`, bytes);
  return { sha, width, height };
}
