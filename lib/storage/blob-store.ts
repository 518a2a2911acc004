import { AppError } from "@/lib/core/errors";

/**
 * Named bytes: images, thumbnails, shards, checkpoints. Keys are content-addressed (`images/<sha>`), so a blob is
 * written once and never changes, and writing it again is harmless.
 */
export interface BlobStore {
  /** Writes the whole blob or nothing: a reader never sees half of it. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** The bytes, or null when there is no such blob. */
  get(key: string): Promise<Uint8Array | null>;
  has(key: string): Promise<boolean>;
  /** Keys that start with `prefix`, in no particular order. */
  list(prefix: string): AsyncIterable<string>;
  /** Deletes the blob; no error when there is none. */
  delete(key: string): Promise<void>;
  /** Path of the blob as a local file, for readers that seek. Only stores on this machine have it. */
  localPath?(key: string): string;
}

/**
 * Checks a key: parts of letters, digits, dot, dash, underscore, joined by slashes; no part starts with a dot.
 * @throws AppError INVALID_INPUT, before any path is built from it.
 */
export function assertKey(key: string): void {
  if (key.length > 500 || !/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(key)) {
    throw new AppError(
      "INVALID_INPUT",
      `"${key.slice(0, 80)}" is not a blob key: use parts of letters, digits, . _ - joined by slashes.`,
    );
  }
}
