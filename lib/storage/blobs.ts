import { join } from "node:path";
import { env } from "@/lib/core/env";
import type { BlobStore } from "./blob-store";
import { folderStore } from "./folder-store";
import { s3Store } from "./s3-store";

export type { BlobStore } from "./blob-store";

/** Opens the store named by an address: `s3://bucket/prefix`, or a folder. */
export function openBlobStore(address: string): BlobStore {
  return address.startsWith("s3://") ? s3Store(address) : folderStore(address);
}

const held = globalThis as typeof globalThis & { foveaBlobs?: { address: string; store: BlobStore } };

/** The process-wide store: STORAGE_URL, else FOVEA_HOME/blobs. */
export function blobs(): BlobStore {
  const address = env().STORAGE_URL ?? join(env().FOVEA_HOME, "blobs");
  if (held.foveaBlobs?.address !== address) held.foveaBlobs = { address, store: openBlobStore(address) };
  return held.foveaBlobs.store;
}
