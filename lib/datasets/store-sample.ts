import { sha256 } from "@/lib/core/hash";
import { encodeMask } from "@/lib/datasets/mask";
import type { NewSample } from "@/lib/datasets/schema";
import type { SourceItem } from "@/lib/datasets/source";
import { encodeWebp, resizeImage } from "@/lib/media/image";
import { perceptualHash } from "@/lib/media/perceptual-hash";
import type { BlobStore } from "@/lib/storage/blobs";

/** Side of the thumbnails that lists show, in pixels. */
export const THUMB = 96;

/**
 * Puts an item's bytes into the blob store (original, thumbnail, mask) and returns its row. Blobs are named by content,
 * so doing it twice is harmless.
 */
export async function storeSample(
  item: Exclude<SourceItem, { kind: "corrupt" }>,
  ordinal: number,
  blobs: BlobStore,
): Promise<NewSample> {
  if (item.kind === "text") {
    const { text, tags, truth } = item;
    const row = { width: null, height: null, caption: null, thumbhash: null, phash: null };
    return { ...row, ordinal, sha: sha256(text), kind: "text", text, tags, truth };
  }
  const { image, caption, tags, truth, mask } = item;
  const original = item.original ?? (await encodeWebp(image, { lossless: true }));
  const sha = sha256(original);
  const scale = Math.min(1, THUMB / Math.max(image.width, image.height));
  const size = (side: number) => Math.max(1, Math.round(side * scale));
  const phash = await perceptualHash(image);
  const thumb = await encodeWebp(await resizeImage(image, size(image.width), size(image.height)), { quality: 80 });
  await Promise.all([
    blobs.put(`images/${sha}`, original),
    blobs.put(`thumbs/${sha}-${THUMB}.webp`, thumb),
    ...(mask ? [blobs.put(`masks/${sha}`, encodeMask(mask))] : []),
  ]);
  const { width, height } = image;
  return { ordinal, sha, kind: "image", width, height, caption, text: null, tags, truth, thumbhash: null, phash };
}
