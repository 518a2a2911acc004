import { AppError } from "@/lib/core/errors";
import { decodeImage, type RgbImage } from "@/lib/media/image";
import type { BlobStore } from "@/lib/storage/blobs";

/**
 * Decoded originals by content hash; the least recently used leave first. Equal hashes give the same object, which is how
 * a model knows that two prompts share an image.
 */
export class ImageCache {
  private readonly held = new Map<string, Promise<RgbImage>>();

  constructor(
    private readonly blobs: BlobStore,
    private readonly capacity = 256,
  ) {}

  /** @throws AppError SAMPLE_REMOVED when the original is gone. */
  get(sha: string): Promise<RgbImage> {
    const known = this.held.get(sha) ?? this.load(sha);
    this.held.delete(sha);
    this.held.set(sha, known);
    if (this.held.size > this.capacity) this.held.delete(this.held.keys().next().value as string);
    return known;
  }

  private async load(sha: string): Promise<RgbImage> {
    const bytes = await this.blobs.get(`images/${sha}`);
    if (!bytes)
      throw new AppError("SAMPLE_REMOVED", `The original of image ${sha.slice(0, 12)} is gone: ingest it again.`);
    return decodeImage(bytes);
  }
}
