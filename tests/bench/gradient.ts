/**
 * What a gradient costs: medians of a forward pass and of the same pass with gradients at layers.0.resid_post.
 *
 *     npx tsx --conditions=react-server tests/bench/gradient.ts [model folder] [tokens] [threads]
 */

import { createRng } from "@/lib/core/rng";
import { cacheSlots, emptyCache } from "@/lib/model/cache";
import { findPart, readGraph } from "@/lib/model/files";
import { floatTensor, int64Tensor, openSession, type Tensor } from "@/lib/model/session";
import { encodeModel } from "@/lib/onnx/codec";
import { differentiate } from "@/lib/onnx/differentiate";
import { LOGITS_TO_KEEP, lastLogits } from "@/lib/onnx/head";
import { Facts } from "@/lib/onnx/infer";
import type { ModelProto } from "@/lib/onnx/schema";
import { residualSites } from "@/lib/onnx/sites";
import { keepOutputs } from "@/lib/onnx/tap";

const [folder = "models/tiny-llava-emoji", tokenCount = "220", threadCount = "1"] = process.argv.slice(2);
const tokens = Number(tokenCount);
const ROUNDS = 15;

interface Cost {
  /** Milliseconds from start to end. */
  wall: number;
  /** Milliseconds of processor time in all threads: what other programs on the machine disturb least. */
  cpu: number;
}

/** Median cost of a run of each model; they take turns, so that a busy machine slows them alike. */
async function medians(models: readonly ModelProto[], feeds: Record<string, Tensor>): Promise<Cost[]> {
  const sessions = [];
  for (const model of models) sessions.push(await openSession(encodeModel(model), { threads: Number(threadCount) }));
  const costs = sessions.map((): Cost[] => []);
  // Two rounds to warm up.
  for (let round = -2; round < ROUNDS; round++) {
    for (const [i, session] of sessions.entries()) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      await session.run(feeds);
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) costs[i]!.push({ wall: performance.now() - start, cpu: (user + system) / 1000 });
    }
  }
  for (const session of sessions) await session.dispose();
  const median = (list: Cost[], of: keyof Cost) => list.map((cost) => cost[of]).sort((a, b) => a - b)[ROUNDS >> 1]!;
  return costs.map((list) => ({ wall: median(list, "wall"), cpu: median(list, "cpu") }));
}

const path = await findPart(folder, ["decoder_model_merged"]);
const whole = keepOutputs(await readGraph(path), (name) => name === "logits");
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
  ["logits of the last token", lastLogits(whole) as ModelProto, 1],
] as const) {
  const feeds = {
    ...emptyCache(cacheSlots(whole), 1).tensors,
    inputs_embeds: normals(1, tokens, width),
    attention_mask: int64Tensor(new Array(tokens).fill(1), [1, tokens]),
    position_ids: int64Tensor([...new Array(tokens).keys()], [1, tokens]),
    ...(rows === 1 ? { [LOGITS_TO_KEEP]: int64Tensor([1], []) } : {}),
    seed: normals(1, rows, vocab),
  };
  const request = { of: "logits", seed: "seed", wrt: [{ tensor: site!.tensor, as: "gradient" }] };
  const [forward, both] = await medians([model, differentiate(model, request)], feeds);
  for (const kind of ["wall", "cpu"] as const) {
    const [one, two] = [forward![kind], both![kind]];
    const ratio = (two / one).toFixed(2);
    process.stdout.write(
      `${name}, ${kind}: forward ${one.toFixed(1)} ms, with gradients ${two.toFixed(1)} ms, ${ratio} times\n`,
    );
  }
}
