import type { ActivationStore, BlockPlace } from "@/lib/activations/store";
import { decodeChunk, encodeChunk } from "@/lib/exemplars/code-chunk";
import { type ChunkDirectory, readDirectory, writeDirectory } from "@/lib/exemplars/code-store";
import type { CorpusSample } from "@/lib/exemplars/data";
import { BLOCK_ROWS, chunkName, runnersUp, splitBySample } from "@/lib/exemplars/encode-store";
import { ImageMeans, unitRows } from "@/lib/exemplars/image-means";
import type { JobContext } from "@/lib/jobs/define";
import { createEncoder } from "@/lib/sae/encode";
import type { Sae } from "@/lib/sae/sae";
import { type Matrix, matrix } from "@/lib/tensor/matrix";

type Reporting = Pick<JobContext, "signal" | "progress" | "blobs">;

/** What the passes over the corpus read. */
export interface Encoded {
  /** Names of all chunks of codes, in order. */
  names: string[];
  /** Unit rows by which images look alike, [samples, width]. */
  embedding: Matrix;
}

/**
 * Encodes what is not encoded yet, one chunk per block of the store, and takes the mean hidden state of every image on the
 * way, once per store.
 */
export async function encodeAll(
  ctx: Reporting,
  store: ActivationStore,
  sae: Sae,
  samples: readonly CorpusSample[],
  about: { storeName: string; prefix: string },
): Promise<Encoded> {
  const { prefix } = about;
  const byOrdinal = new Map(samples.map((s, i) => [s.ordinal, i]));
  const sampleOf = (example: number) => byOrdinal.get(example);
  const meansKey = `activations/${about.storeName}/image-means-1.bin`;
  const known = matrixOf(await ctx.blobs.get(meansKey), samples.length);
  const means = known ? null : new ImageMeans(samples.length, sae.d);
  const listed = new Map((await readDirectory(ctx.blobs, prefix))?.map((chunk) => [chunk[0], chunk]));
  const directory: ChunkDirectory = [];
  const encoder = await createEncoder();
  let rows = 0;
  try {
    for (const place of await store.places(BLOCK_ROWS)) {
      ctx.signal.throwIfAborted();
      const name = chunkName(place);
      const key = `${prefix}/${name}.bin`;
      const there = await ctx.blobs.has(key);
      const block = means || !there ? await store.readBlock(place) : null;
      if (block) means?.add(block, sampleOf);
      if (block && !there) {
        const codes = await encoder.encode(block.acts, sae, { extra: runnersUp(sae.k) });
        await ctx.blobs.put(key, encodeChunk(splitBySample(block, codes, sampleOf)));
      }
      directory.push(listed.get(name) ?? (await describeChunk(ctx, key, name)));
      rows += rowsIn(place);
      ctx.progress({ stage: "encode", done: rows, total: store.rows });
    }
  } finally {
    await encoder.dispose();
  }
  await writeDirectory(ctx.blobs, prefix, directory);
  if (means) await ctx.blobs.put(meansKey, bytesOf(means.means));
  return { names: directory.map(([name]) => name), embedding: unitRows((known ?? means?.means) as Matrix) };
}

const rowsIn = (place: BlockPlace) => place.to - place.from;

async function describeChunk(ctx: Reporting, key: string, name: string): Promise<ChunkDirectory[number]> {
  const bytes = await ctx.blobs.get(key);
  const held = bytes ? decodeChunk(bytes).map(({ sample }) => sample) : [];
  return [name, held[0] ?? 0, held.at(-1) ?? -1];
}

const bytesOf = (m: Matrix) => new Uint8Array(m.data.buffer, m.data.byteOffset, m.data.byteLength);

/** Rows of a stored matrix; null when there is none, or one of another corpus. */
function matrixOf(bytes: Uint8Array | null, rows: number): Matrix | null {
  if (!bytes || rows === 0 || bytes.byteLength % (4 * rows) !== 0) return null;
  const data = new Float32Array(bytes.slice().buffer);
  return matrix(rows, data.length / rows, data);
}
