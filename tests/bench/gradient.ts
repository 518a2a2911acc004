/**
 * What a gradient costs: medians of a forward pass and of the same pass with gradients at layers.0.resid_post.
 *
 *     npx tsx --conditions=react-server tests/bench/gradient.ts [model folder] [tokens] [threads]
 */

import { createRng } from "@/lib/core/rng";
import { cacheSlots, emptyCache } from "@/lib/model/cache";
import { inlineWeights, onnxPath, readGraph } from "@/lib/model/files";
import { floatTensor, int64Tensor, openSession, type Tensor } from "@/lib/model/session";
import { encodeModel } from "@/lib/onnx/codec";
import { differentiate } from "@/lib/onnx/differentiate";
import { lastTokenLogits } from "@/lib/onnx/head";
import { Facts } from "@/lib/onnx/infer";
import type { ModelProto } from "@/lib/onnx/schema";
import { residualSites } from "@/lib/onnx/sites";
import { keepOutputs } from "@/lib/onnx/tap";

const [folder = "models/tiny-llava-emoji", tokenCount = "220", threadCount = "1"] = process.argv.slice(2);
const tokens = Number(tokenCount);
const ROUNDS = 15;

/** Median milliseconds of a run of each model, which take turns so that a busy machine slows them alike. */
async function medians(models: readonly ModelProto[], feeds: Record<string, Tensor>): Promise<number[]> {
  const sessions = [];
  for (const model of models) sessions.push(await openSession(encodeModel(model), { threads: Number(threadCount) }));
  const times = sessions.map((): number[] => []);
  // Two rounds to warm up.
  for (let round = -2; round < ROUNDS; round++) {
    for (const [i, session] of sessions.entries()) {
      const start = performance.now();
      await session.run(feeds);
      if (round >= 0) times[i]!.push(performance.now() - start);
    }
  }
  for (const session of sessions) await session.dispose();
  return times.map((list) => list.sort((a, b) => a - b)[ROUNDS >> 1] as number);
}

const path = await onnxPath(folder, "decoder_model_merged");
const whole = await inlineWeights(
  keepOutputs(await readGraph(path), (name) => name === "logits"),
  path,
);
const dims = whole.graph?.input.find((value) => value.name === "inputs_embeds")?.type?.tensorType?.shape?.dim;
const width = dims?.[2]?.dimValue as number;
const vocab = new Facts(whole).of("logits").dims?.[2] as number;
const [site] = residualSites(whole);
const rng = createRng(1, "bench");
const normals = (...shape: number[]) =>
  floatTensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.normal()),
    shape,
  );

for (const [name, model, rows] of [
  ["logits of all tokens", whole, tokens],
  ["logits of the last token", lastTokenLogits(whole) as ModelProto, 1],
] as const) {
  const feeds = {
    ...emptyCache(cacheSlots(whole), 1).tensors,
    inputs_embeds: normals(1, tokens, width),
    attention_mask: int64Tensor(new Array(tokens).fill(1), [1, tokens]),
    position_ids: int64Tensor([...new Array(tokens).keys()], [1, tokens]),
    seed: normals(1, rows, vocab),
  };
  const request = { of: "logits", seed: "seed", wrt: [{ tensor: site!.tensor, as: "gradient" }] };
  const [forward = 0, both = 0] = await medians([model, differentiate(model, request)], feeds);
  process.stdout.write(
    `${name}: forward ${forward.toFixed(1)} ms, with gradients ${both.toFixed(1)} ms, ${(both / forward).toFixed(2)} times\n`,
  );
}
