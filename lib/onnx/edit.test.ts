import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { floatTensor, int64Tensor, openSession, type Tensor } from "@/lib/model/session";
import { float, floatOutput, GraphBuilder, makeNode } from "@/lib/onnx/build";
import { decodeModel, encodeModel } from "@/lib/onnx/codec";
import { graphOf } from "@/lib/onnx/graph";
import type { ModelProto } from "@/lib/onnx/schema";
import { residualSites } from "@/lib/onnx/sites";
import { splice, spliceDelta } from "@/lib/onnx/splice";
import { split } from "@/lib/onnx/split";
import { tap } from "@/lib/onnx/tap";
import { unfuseResiduals } from "@/lib/onnx/unfuse";

const ONNX = "tests/fixtures/tiny-llava-random/onnx";
const load = async (name: string) => decodeModel(await readFile(`${ONNX}/${name}.onnx`), name);
const rng = createRng(2, "edit-test");
const normals = (...dims: number[]): Tensor =>
  floatTensor(
    Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => rng.normal()),
    dims,
  );

/** Feeds of the fixture's decoder: batch 2, two cached and four new tokens, d 32, three layers of 2 KV heads of 8. */
function decoderFeeds(): Record<string, Tensor> {
  const caches = [0, 1, 2].flatMap((layer) => ["key", "value"].map((part) => `past_key_values.${layer}.${part}`));
  return {
    inputs_embeds: normals(2, 4, 32),
    attention_mask: int64Tensor(new Array(12).fill(1), [2, 6]),
    position_ids: int64Tensor([2, 3, 4, 5, 2, 3, 4, 5], [2, 4]),
    ...Object.fromEntries(caches.map((name) => [name, normals(2, 2, 2, 8)])),
  };
}

async function run(model: ModelProto, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await openSession(encodeModel(model), { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

function expectClose(got: Record<string, Tensor>, want: Record<string, Tensor>, tolerance = 1e-5): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
  for (const [name, { data, dims }] of Object.entries(want)) {
    expect(got[name]?.dims).toEqual(dims);
    const worst = (data as Float32Array).reduce(
      (most, v, i) => Math.max(most, Math.abs(v - Number(got[name]?.data[i]))),
      0,
    );
    expect(worst).toBeLessThan(tolerance);
  }
}

describe("split", () => {
  it("gives the model's outputs when its halves run one after the other, at every site", async () => {
    const model = await load("decoder_model_merged");
    const feeds = decoderFeeds();
    const whole = await run(model, feeds);
    for (const { tensor, layer } of residualSites(model)) {
      const { prefix, suffix } = split(model, tensor, "hidden");
      const { hidden, ...first } = await run(prefix, feeds);
      expect(Object.keys(first)).toHaveLength(2 * (layer + 1));
      expectClose({ ...first, ...(await run(suffix, { ...feeds, hidden: hidden! })) }, whole);
    }
    expect(graphOf(model).output).toHaveLength(7);
  });

  it("cuts a vision tower, and needs a tensor that exists", async () => {
    const model = await load("vision_encoder");
    const feeds = { pixel_values: normals(2, 3, 32, 32) };
    const { prefix, suffix } = split(model, residualSites(model)[0]!.tensor, "hidden");
    const { hidden } = await run(prefix, feeds);
    expectClose(await run(suffix, { hidden: hidden! }), await run(model, feeds));
    expect(() => split(model, "nowhere", "hidden")).toThrow(/no tensor "nowhere"/);
  });
});

describe("splice", () => {
  it("adds a delta: none changes nothing, one equals adding it between the halves", async () => {
    const model = await load("decoder_model_merged");
    const feeds = decoderFeeds();
    const { tensor } = residualSites(model)[1]!;
    const spliced = spliceDelta(model, tensor);
    const zero = floatTensor(new Float32Array(32), [1, 1, 32]);
    expectClose(await run(spliced, { ...feeds, site_delta: zero }), await run(model, feeds), 1e-6);
    const delta = normals(2, 4, 32);
    const { prefix, suffix } = split(model, tensor, "hidden");
    const { hidden, ...first } = await run(prefix, feeds);
    const moved = Float32Array.from(hidden!.data as Float32Array, (v, i) => v + Number(delta.data[i]));
    const second = await run(suffix, { ...feeds, hidden: floatTensor(moved, [2, 4, 32]) });
    expectClose(await run(spliced, { ...feeds, site_delta: delta }), { ...first, ...second });
    expect(() => spliceDelta(spliced, residualSites(model)[0]!.tensor)).toThrow(/splice once/);
  });

  it("takes any body, its weights and further outputs included", async () => {
    const model = await load("vision_encoder");
    const [first, second] = residualSites(model).map((site) => site.tensor);
    const body = new GraphBuilder("halve")
      .input("site", "float32", ["b", "t", 32])
      .init("half", [], Float32Array.of(0.5))
      .node("Mul", ["site", "half"], ["edited"])
      .node("Neg", ["site"], ["negated"])
      .output("edited", "float32", ["b", "t", 32])
      .output("negated", "float32", ["b", "t", 32])
      .toModel();
    const feeds = { pixel_values: normals(1, 3, 32, 32) };
    const spliced = await run(splice(model, first!, body), feeds);
    const { prefix, suffix } = split(model, first!, "hidden");
    const { hidden } = await run(prefix, feeds);
    const map = (f: (v: number) => number) =>
      floatTensor(Float32Array.from(hidden!.data as Float32Array, f), hidden!.dims);
    const rest = await run(suffix, { hidden: map((v) => v / 2) });
    expectClose(spliced, { ...rest, negated: map((v) => -v) });
    expect(second).toBeDefined();
  });
});

describe("unfuseResiduals", () => {
  /** Two blocks in the form of optimised exports: the sum after block 0 hides in the norm before block 1. */
  function fused(norm: "SkipSimplifiedLayerNormalization" | "SkipLayerNormalization", bias: boolean): ModelProto {
    const graph = new GraphBuilder("fused")
      .input("x", "float32", ["b", "t", 8])
      .init("gamma", [8], normals(8).data as Float32Array)
      .init("beta", [8], normals(8).data as Float32Array)
      .init("bias", [8], normals(8).data as Float32Array);
    for (const [layer, from] of ["x", "n0"].entries()) {
      graph.init(`w${layer}`, [8, 8], normals(8, 8).data as Float32Array);
      graph.node("MatMul", [from, `w${layer}`], [`/model/layers.${layer}/mlp/out`]);
    }
    const model = graph.toModel();
    const weights = norm === "SkipLayerNormalization" ? ["gamma", "beta"] : ["gamma"];
    const skip = (layer: number, stream: string, outputs: string[]) => ({
      ...makeNode(
        norm,
        [stream, `/model/layers.${layer}/mlp/out`, ...weights, ...(bias ? ["bias"] : [])],
        outputs,
        { epsilon: float(1e-3) },
        `/model/layers.${layer + 1}/input_layernorm/SkipLayerNorm`,
      ),
      domain: "com.microsoft",
    });
    const [first, second] = graphOf(model).node as [never, never];
    graphOf(model).node = [first, skip(0, "x", ["n0", "", "", "sum0"]), second, skip(1, "sum0", ["y"])];
    graphOf(model).output = [floatOutput("y")];
    model.opsetImport.push({ domain: "com.microsoft", version: 1 });
    return model;
  }

  it.each([
    ["SkipSimplifiedLayerNormalization", false],
    ["SkipSimplifiedLayerNormalization", true],
    ["SkipLayerNormalization", false],
    ["SkipLayerNormalization", true],
  ] as const)("opens %s (bias %s) without changing values, and its sums become sites", async (norm, bias) => {
    const model = fused(norm, bias);
    const plain = unfuseResiduals(model);
    expect(graphOf(plain).node.some((node) => node.opType === norm)).toBe(false);
    const feeds = { x: normals(2, 3, 8) };
    const want = await run(model, feeds);
    expectClose(await run(plain, feeds), want);
    const sites = residualSites(plain);
    expect(sites.map((site) => site.name)).toEqual(["layers.0.resid_post", "layers.1.resid_post"]);
    const exposed = { ...model, graph: { ...graphOf(model), output: [floatOutput("sum0")] } };
    const { sum0 } = await run(exposed, feeds);
    expectClose(await run(tap(plain, sites[0]!.tensor, "h"), feeds), { h: sum0! });
  });
});
