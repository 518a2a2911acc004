import { AppError } from "@/lib/core/errors";
import type { DecoderShape } from "@/lib/model/decoder";
import type { Embedder } from "@/lib/model/embed";
import { openGraph } from "@/lib/model/graph-session";
import type { ImageReader } from "@/lib/model/images/reader";
import type { Prompt } from "@/lib/model/prompt";
import { floatsOf, floatTensor, type Session, type Tensor } from "@/lib/model/session";
import { promptFeeds } from "@/lib/model/tap";
import { differentiate } from "@/lib/onnx/differentiate";
import type { ModelProto } from "@/lib/onnx/schema";
import { keepOutputs } from "@/lib/onnx/tap";
import { type Matrix, matrix } from "@/lib/tensor/matrix";

const SEED = "gradient_seed";
const GRADIENT = "gradient";

/** A graph that also yields the gradient of one of its outputs with respect to a tensor inside it. */
export interface GradientGraph {
  session: Session;
  of: string;
}

/**
 * Loads a graph with its backward pass from output `of` to `tensor`.
 * @throws AppError MODEL_UNREADABLE naming an operator without a gradient on the way.
 */
export async function openGradient(
  model: ModelProto,
  path: string,
  { tensor, of }: { tensor: string; of: string },
  threads: number | undefined,
): Promise<GradientGraph> {
  const forward = keepOutputs(model, (name) => name === of);
  const both = differentiate(forward, { of, seed: SEED, wrt: [{ tensor, as: GRADIENT }] });
  return { session: await openGraph(both, path, { what: `the gradient of ${path}`, threads }), of };
}

/** d (logit[plus] - logit[minus] of the last token) / d hidden [tokens, d], and that difference. */
export interface LogitGradient {
  gradient: Matrix;
  difference: number;
}

/** Gradient of a logit difference of one prompt at the tensor that the graph was opened with. */
export async function logitGradient(
  graph: GradientGraph,
  embedder: Embedder,
  shape: DecoderShape,
  prompt: Prompt,
  { plus, minus, vocab }: { plus: number; minus: number; vocab: number },
): Promise<LogitGradient> {
  for (const id of [plus, minus]) {
    if (!(Number.isInteger(id) && id >= 0 && id < vocab)) {
      throw new AppError("INVALID_INPUT", `Token ${id} is not in the vocabulary of ${vocab}: use an id below that.`);
    }
  }
  const rows = shape.logits === "last" ? 1 : prompt.ids.length;
  const last = (rows - 1) * vocab;
  const seed = new Float32Array(rows * vocab);
  seed[last + plus]! += 1;
  seed[last + minus]! -= 1;
  const feeds = await promptFeeds(embedder, shape, [prompt]);
  const found = await graph.session.run({ ...feeds, [SEED]: floatTensor(seed, [1, rows, vocab]) });
  const logits = floatsOf(found[graph.of] as Tensor);
  return { gradient: asMatrix(found[GRADIENT] as Tensor), difference: logits[last + plus]! - logits[last + minus]! };
}

/**
 * Carries a gradient at the decoder's input back through the vision part to the tensor that `graph` was opened with:
 * [tower rows, width].
 */
export async function visionGradient(
  graph: GradientGraph,
  reader: ImageReader,
  prompt: Prompt,
  atInput: Matrix,
): Promise<Matrix> {
  const { image, imageStart } = prompt;
  if (!image) throw new AppError("INVALID_INPUT", "The site lies in the vision tower: give the prompt an image.");
  const rows = image.layout.tokens.flatMap(({ feature }, i) => (feature ? [imageStart + i] : []));
  const gathered = matrix(rows.length, atInput.cols);
  rows.forEach((row, i) => {
    gathered.data.set(atInput.data.subarray(row * atInput.cols, (row + 1) * atInput.cols), i * atInput.cols);
  });
  return seeded(
    graph,
    reader.feeds([image.pixels]),
    reader.featuresGradient(gathered.data, image.pixels, atInput.cols),
  );
}

/** Gradient of the sum of `seed` times the graph's output, [rows, width]. */
export async function seeded(graph: GradientGraph, feeds: Record<string, Tensor>, seed: Tensor): Promise<Matrix> {
  return asMatrix((await graph.session.run({ ...feeds, [SEED]: seed }))[GRADIENT] as Tensor);
}

function asMatrix({ data, dims }: Tensor): Matrix {
  const cols = dims.at(-1) as number;
  return { data: data as Float32Array, rows: data.length / cols, cols };
}
