import { decodeChunk } from "@/lib/exemplars/code-chunk";
import type { SampleCodes } from "@/lib/exemplars/codes";
import type { BlobStore } from "@/lib/storage/blobs";

export { codesPrefix } from "@/lib/exemplars/encode-store";

/** Codes of all samples in the order of the corpus, chunk by chunk. */
export async function* readCodes(
  blobs: BlobStore,
  prefix: string,
  names?: readonly string[],
): AsyncGenerator<SampleCodes> {
  for (const key of names?.map((name) => `${prefix}/${name}.bin`) ?? (await listChunks(blobs, prefix))) {
    const bytes = await blobs.get(key);
    if (!bytes) throw new Error(`The codes ${key} vanished during the run.`);
    yield* decodeChunk(bytes);
  }
}

async function listChunks(blobs: BlobStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of blobs.list(`${prefix}/`)) keys.push(key);
  return keys.sort();
}
