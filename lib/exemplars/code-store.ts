import { z } from "zod";
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

const directorySchema = z.array(z.tuple([z.string(), z.number().int(), z.number().int()]));
/** Chunks in order with the dense indices of their first and last sample; samples lie in the order of the corpus. */
export type ChunkDirectory = z.infer<typeof directorySchema>;

/** The directory lies beside the folder of the chunks, whose every file is a chunk. */
const directoryKey = (prefix: string) => `${prefix}.json`;

export async function readDirectory(blobs: BlobStore, prefix: string): Promise<ChunkDirectory | null> {
  const bytes = await blobs.get(directoryKey(prefix));
  return bytes && directorySchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
}

export async function writeDirectory(blobs: BlobStore, prefix: string, directory: ChunkDirectory): Promise<void> {
  await blobs.put(directoryKey(prefix), Buffer.from(JSON.stringify(directory)));
}

/**
 * Codes of a few samples: reads only the chunks that hold them, about a megabyte each.
 * @param samples dense indices in the corpus
 * @returns codes by sample, without those that have none; null when the codes are not cached (any more)
 */
export async function codesOfSamples(
  blobs: BlobStore,
  prefix: string,
  samples: readonly number[],
): Promise<Map<number, SampleCodes> | null> {
  const directory = await readDirectory(blobs, prefix);
  if (!directory) return null;
  const wanted = new Set(samples);
  const chunks = directory.filter(([, from, to]) => samples.some((s) => s >= from && s <= to));
  const bytes = await Promise.all(chunks.map(([name]) => blobs.get(`${prefix}/${name}.bin`)));
  const out = new Map<number, SampleCodes>();
  for (const one of bytes) {
    if (!one) return null;
    for (const codes of decodeChunk(one)) if (wanted.has(codes.sample)) out.set(codes.sample, codes);
  }
  return out;
}
