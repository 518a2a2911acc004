import { type CacheSlot, cacheSlots, emptyCache } from "@/lib/model/cache";
import type { Embedder } from "@/lib/model/embed";
import { inlineWeights, readGraph } from "@/lib/model/files";
import type { Prompt } from "@/lib/model/prompt";
import { floatTensor, int64Tensor, openSession, type Session, type Tensor } from "@/lib/model/session";
import { encodeModel } from "@/lib/onnx/codec";
import type { Site } from "@/lib/onnx/sites";
import { tap } from "@/lib/onnx/tap";
import type { Matrix } from "@/lib/tensor/matrix";

/** A loaded prefix of a graph, with one site as its output. */
export interface TapSession {
  session: Session;
  slots: readonly CacheSlot[];
}

const OUTPUT = "hidden";

/** Loads only the part of the graph at `path` that leads to the site. */
export async function openTap(path: string, site: Site, threads: number | undefined): Promise<TapSession> {
  const model = tap(await readGraph(path), site.tensor, OUTPUT);
  const slots = cacheSlots(model);
  const bytes = encodeModel(await inlineWeights(model, path));
  return { slots, session: await openSession(bytes, { threads, label: `${path} up to ${site.name}` }) };
}

/** Hidden states [tokens, dModel] of prompts of one length at a decoder site. */
export async function tapDecoder(
  { session, slots }: TapSession,
  embedder: Embedder,
  prompts: readonly Prompt[],
): Promise<Matrix[]> {
  const rows = prompts.length;
  const tokens = prompts[0]?.ids.length ?? 0;
  const out = await session.run({
    ...emptyCache(slots, rows).tensors,
    inputs_embeds: floatTensor(await embedder.embed(prompts), [rows, tokens, embedder.dModel]),
    attention_mask: int64Tensor(new Uint8Array(rows * tokens).fill(1), [rows, tokens]),
    position_ids: int64Tensor(
      Array.from({ length: rows * tokens }, (_, i) => i % tokens),
      [rows, tokens],
    ),
  });
  return split(out[OUTPUT]!, rows);
}

/** Hidden states [patches, width] of images at a vision site. */
export async function tapVision(
  { session }: TapSession,
  embedder: Embedder,
  prompts: readonly Prompt[],
): Promise<Matrix[]> {
  const pixels = embedder.pixels(prompts.map((prompt) => prompt.image!));
  return split((await session.run({ pixel_values: pixels }))[OUTPUT]!, prompts.length);
}

/** One matrix per row of a [rows, tokens, width] tensor; they share its memory. */
function split({ data, dims }: Tensor, rows: number): Matrix[] {
  const width = dims[dims.length - 1] as number;
  const tokens = data.length / rows / width;
  return Array.from({ length: rows }, (_, r) => ({
    data: (data as Float32Array).subarray(r * tokens * width, (r + 1) * tokens * width),
    rows: tokens,
    cols: width,
  }));
}
