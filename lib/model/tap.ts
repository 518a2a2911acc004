import type { RgbImage } from "@/lib/media/image";
import { emptyCache } from "@/lib/model/cache";
import { type DecoderShape, decoderFeeds, freshMask } from "@/lib/model/decoder";
import { matrices } from "@/lib/model/edits";
import type { Embedder } from "@/lib/model/embed";
import { openGraph } from "@/lib/model/graph-session";
import type { ImageLayout, ImageReader } from "@/lib/model/images/reader";
import { positionsOf } from "@/lib/model/positions";
import type { Prompt } from "@/lib/model/prompt";
import type { Session, Tensor } from "@/lib/model/session";
import type { TokenInfo } from "@/lib/model/types";
import type { ModelProto } from "@/lib/onnx/schema";
import type { Site } from "@/lib/onnx/sites";
import { tap } from "@/lib/onnx/tap";
import type { Matrix } from "@/lib/tensor/matrix";

export const HIDDEN = "fovea/hidden";

/** Loads only the part of a graph that leads to the site; `HIDDEN` is its output. */
export function openTap(model: ModelProto, path: string, site: Site, threads: number | undefined): Promise<Session> {
  return openGraph(tap(model, site.tensor, HIDDEN), path, { what: `${path} up to ${site.name}`, threads });
}

/** Every input of the decoder for whole prompts of one length. */
export async function promptFeeds(
  embedder: Embedder,
  { slots, positionAxes }: DecoderShape,
  prompts: readonly Prompt[],
): Promise<Record<string, Tensor>> {
  const rows = prompts.length;
  const pass = {
    inputs: await embedder.embed(prompts),
    rows,
    tokens: prompts[0]?.ids.length ?? 0,
    positions: prompts.map((prompt) => positionsOf(prompt, positionAxes)),
  };
  return decoderFeeds(pass, emptyCache(slots, rows), freshMask(rows), positionAxes).feeds;
}

/** Hidden states [tokens, dModel] of prompts of one length at a decoder site. */
export async function tapDecoder(
  session: Session,
  embedder: Embedder,
  shape: DecoderShape,
  prompts: readonly Prompt[],
): Promise<Matrix[]> {
  const found = await session.run(await promptFeeds(embedder, shape, prompts));
  return matrices(found[HIDDEN] as Tensor);
}

/** Hidden states of images at a vision site, and what each row of them is. */
export async function tapVision(
  session: Session,
  reader: ImageReader,
  images: readonly RgbImage[],
): Promise<{ acts: Matrix; tokens: TokenInfo[] }[]> {
  const { [HIDDEN]: hidden } = await session.run(reader.feeds(images));
  const { data, dims } = hidden as Tensor;
  const cols = dims.at(-1) as number;
  const rows = data.length / cols / images.length;
  return images.map((image, i) => ({
    acts: { data: (data as Float32Array).subarray(i * rows * cols, (i + 1) * rows * cols), rows, cols },
    tokens: towerTokens(reader.layout(image), rows),
  }));
}

/** What the rows of a vision tower see: its views one after the other, each with as many class tokens before it as are left. */
export function towerTokens({ views }: ImageLayout, rows: number): TokenInfo[] {
  const patches = views.reduce((sum, view) => sum + view.length, 0);
  const extra = (rows - patches) / views.length;
  return views.flatMap((view, v) => [
    ...Array.from({ length: extra }, (): TokenInfo => ({ id: -1, text: "", kind: "special" })),
    ...view.map(
      (box, cell): TokenInfo => ({
        id: -1,
        text: "",
        kind: "image",
        box,
        ...(views.length === 1 || v === 0 ? { cell } : {}),
      }),
    ),
  ]);
}

/** Indices of prompts in chunks of at most `batch` that can run together: of equal length, or any images. */
export function equalLengths(prompts: readonly Prompt[], vision: boolean, batch: number): number[][] {
  const groups = new Map<number, number[]>();
  prompts.forEach((prompt, i) => {
    const length = vision ? 0 : prompt.ids.length;
    const group = groups.get(length);
    if (group) group.push(i);
    else groups.set(length, [i]);
  });
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / batch) }, (_, c) => group.slice(c * batch, (c + 1) * batch)),
  );
}
