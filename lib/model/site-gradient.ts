import { emptyCache } from "@/lib/model/cache";
import { type DecoderShape, decoderFeeds, freshMask } from "@/lib/model/decoder";
import type { Embedder } from "@/lib/model/embed";
import { type GradientGraph, openGradient } from "@/lib/model/gradient";
import { positionsOf } from "@/lib/model/positions";
import type { Prompt } from "@/lib/model/prompt";
import { logprobOf } from "@/lib/model/sampling";
import { floatsOf, floatTensor, type Tensor } from "@/lib/model/session";
import type { Objective } from "@/lib/model/types";
import type { ModelProto } from "@/lib/onnx/schema";
import type { Site } from "@/lib/onnx/sites";
import { split } from "@/lib/onnx/split";
import { type Matrix, matrix, rowRange } from "@/lib/tensor/matrix";

const AT_SITE = "fovea/site";
/** Versions of one run: a backward pass keeps every layer's values. */
const BATCH = 4;

/** What lies behind a site, from the hidden states there to the logits of all tokens, with its backward pass. */
export function openSiteGradient(
  model: ModelProto,
  path: string,
  site: Site,
  threads: number | undefined,
): Promise<GradientGraph> {
  const { suffix } = split(model, site.tensor, AT_SITE);
  return openGradient(suffix, path, { tensor: AT_SITE, of: "logits" }, threads);
}

export interface SitePrompt {
  embedder: Embedder;
  shape: DecoderShape;
  /** With the tokens of the objective's answer behind it, but for the last. */
  prompt: Prompt;
  /** Tokens of the prompt itself. */
  tokens: number;
  vocab: number;
}

/**
 * Objective and gradient for versions of the hidden states [tokens of the whole, d] at the site.
 * @returns gradients of the prompt's own tokens, [tokens, d].
 */
export async function siteGradients(
  graph: GradientGraph,
  given: SitePrompt,
  hidden: readonly Matrix[],
  of: Objective,
): Promise<{ value: number; gradient: Matrix }[]> {
  const found: { value: number; gradient: Matrix }[] = [];
  for (let at = 0; at < hidden.length; at += BATCH) {
    const some = hidden.slice(at, at + BATCH);
    const feeds = await feedsOf(given, some);
    const run = async (seed: Float32Array) =>
      graph.session.run({ ...feeds, gradient_seed: floatTensor(seed, [some.length, length(given), given.vocab]) });
    let seed = logitSeed(given, some.length, of);
    let out = await run(seed);
    const logits = floatsOf(out.logits as Tensor);
    if (of.kind === "answer") {
      seed = answerSeed(given, some.length, of.ids, logits);
      out = await run(seed);
    }
    const all = floatsOf(out.gradient as Tensor);
    const size = all.length / some.length;
    for (let r = 0; r < some.length; r++) {
      const cols = size / length(given);
      const whole: Matrix = { data: all.slice(r * size, (r + 1) * size), rows: length(given), cols };
      const mine = logits.subarray(r * length(given) * given.vocab, (r + 1) * length(given) * given.vocab);
      found.push({ value: objectiveOf(given, mine, of), gradient: rowRange(whole, 0, given.tokens) });
    }
  }
  return found;
}

const length = ({ prompt }: SitePrompt) => prompt.ids.length;

async function feedsOf({ embedder, shape, prompt }: SitePrompt, hidden: readonly Matrix[]) {
  const rows = hidden.length;
  const { rows: tokens, cols } = hidden[0]!;
  const all = matrix(rows * tokens, cols);
  hidden.forEach(({ data }, r) => {
    all.data.set(data, r * tokens * cols);
  });
  const inputs = await embedder.embed(new Array<Prompt>(rows).fill(prompt));
  const positions = new Array(rows).fill(positionsOf(prompt, shape.positionAxes));
  const pass = { inputs, rows, tokens, positions, logits: tokens };
  const { feeds } = decoderFeeds(pass, emptyCache(shape.slots, rows), freshMask(rows), shape.positionAxes);
  return { ...feeds, [AT_SITE]: floatTensor(all.data, [rows, tokens, cols]) };
}

/** Weights of the logits, [rows, tokens, vocab]: what a logit difference is made of; zero for an answer. */
function logitSeed(given: SitePrompt, rows: number, of: Objective): Float32Array {
  const seed = new Float32Array(rows * length(given) * given.vocab);
  if (of.kind === "answer") return seed;
  for (let r = 0; r < rows; r++) {
    const last = ((r + 1) * length(given) - 1) * given.vocab;
    seed[last + of.plus]! += 1;
    seed[last + of.minus]! -= 1;
  }
  return seed;
}

/** d log P(answer) / d logits: one-hot minus softmax where each of its tokens is decided. */
function answerSeed(given: SitePrompt, rows: number, ids: readonly number[], logits: Float32Array): Float32Array {
  const { vocab, tokens } = given;
  const seed = new Float32Array(logits.length);
  for (let r = 0; r < rows; r++) {
    ids.forEach((id, i) => {
      const at = (r * length(given) + tokens - 1 + i) * vocab;
      const row = logits.subarray(at, at + vocab);
      const base = logprobOf(row, id) - row[id]!;
      for (let v = 0; v < vocab; v++) seed[at + v] = -Math.exp(row[v]! + base);
      seed[at + id]! += 1;
    });
  }
  return seed;
}

function objectiveOf({ vocab, tokens }: SitePrompt, logits: Float32Array, of: Objective): number {
  const row = (token: number) => logits.subarray(token * vocab, (token + 1) * vocab);
  if (of.kind === "logit") return row(tokens - 1)[of.plus]! - row(tokens - 1)[of.minus]!;
  return of.ids.reduce((sum, id, i) => sum + logprobOf(row(tokens - 1 + i), id), 0);
}

/** Hidden states with the rows that follow them in a longer run. */
export function withTail({ data, rows, cols }: Matrix, whole: Matrix): Matrix {
  const out = { ...whole, data: whole.data.slice() };
  out.data.set(data.subarray(0, rows * cols));
  return out;
}
