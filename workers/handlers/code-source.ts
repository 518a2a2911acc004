import { decodeChunk } from "@/lib/exemplars/code-chunk";
import type { SampleCodes } from "@/lib/exemplars/codes";
import { runnersUp } from "@/lib/exemplars/encode-store";
import type { BlobStore } from "@/lib/storage/blobs";

/** Where the codes of one SAE on one activation store are kept. */
export function codesPrefix(store: string, sae: { hash: string; k: number }): string {
  return `activations/${store}/codes/${sae.hash.slice(0, 16)}-${runnersUp(sae.k)}`;
}

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
