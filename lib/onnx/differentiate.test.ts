import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { createRng } from "@/lib/core/rng";
import { floatToHalfInto } from "@/lib/formats/half";
import { openSafetensors } from "@/lib/formats/safetensors";
import { floatTensor, int64Tensor, type Tensor } from "@/lib/model/session";
import { GraphBuilder } from "@/lib/onnx/build";
import { decodeModel } from "@/lib/onnx/codec";
import { differentiate, undifferentiable } from "@/lib/onnx/differentiate";
import { graphOf } from "@/lib/onnx/graph";
import { lastTokenLogits } from "@/lib/onnx/head";
import type { ModelProto } from "@/lib/onnx/schema";
import { residualSites } from "@/lib/onnx/sites";
import { keepOutputs } from "@/lib/onnx/tap";
import { DATA_TYPE } from "@/lib/onnx/tensor";
import { expectGradients, gradients, modelOf, normals, relativeError, run } from "@/tests/helpers/gradient-check";

const FIXTURE = "tests/fixtures/tiny-llava-random";
const decoder = async () => decodeModel(await readFile(`${FIXTURE}/onnx/decoder_model_merged.onnx`), "decoder");

/** Prefill feeds of the fixture's decoder: one row, empty cache. */
function prefill(embeds: Float32Array, seed: Tensor): Record<string, Tensor> {
  const tokens = embeds.length / 32;
  const feeds: Record<string, Tensor> = {
    seed,
    inputs_embeds: floatTensor(embeds, [1, tokens, 32]),
    attention_mask: int64Tensor(new Array(tokens).fill(1), [1, tokens]),
    position_ids: int64Tensor([...new Array(tokens).keys()], [1, tokens]),
  };
  for (let layer = 0; layer < 3; layer++) {
    for (const part of ["key", "value"]) {
      feeds[`past_key_values.${layer}.${part}`] = floatTensor(new Float32Array(0), [1, 2, 0, 8]);
    }
  }
  return feeds;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** A seed for logits [1, tokens, 200] whose gradient is that of logit(first) - logit(second) at the last position. */
function logitDifference(tokens: number, first: number, second: number): Tensor {
  const seed = new Float32Array(tokens * 200);
  seed[(tokens - 1) * 200 + first] = 1;
  seed[(tokens - 1) * 200 + second] = -1;
  return floatTensor(seed, [1, tokens, 200]);
}

describe("gradients of a decoder against PyTorch", () => {
  it("has a rule for every operator of its graphs", async () => {
    const vision = decodeModel(await readFile(`${FIXTURE}/onnx/vision_encoder.onnx`), "vision");
    expect(undifferentiable(vision, "pixel_values", "image_features")).toEqual([]);
    expect(undifferentiable(await decoder(), "inputs_embeds", "logits")).toEqual([]);
    const pixels = normals(createRng(10, "pixels"), [1, 3, 32, 32]);
    const seed = normals(createRng(10, "features"), [1, 16, 32]);
    const wrt = ["pixel_values", ...residualSites(vision, "vision.").map(({ tensor }) => tensor)];
    const got = await gradients(vision, { pixel_values: pixels, seed }, wrt, "image_features");
    // Along a random direction the pixels' gradient is the slope of the weighed features.
    const direction = normals(createRng(10, "direction"), [1, 3, 32, 32]).data as Float32Array;
    const objective = async (step: number) => {
      const moved = (pixels.data as Float32Array).map((value, i) => value + step * direction[i]!);
      const { image_features } = await run(vision, { pixel_values: floatTensor(moved, [1, 3, 32, 32]) });
      return dot(image_features!.data as Float32Array, seed.data as Float32Array);
    };
    const slope = ((await objective(0.01)) - (await objective(-0.01))) / 0.02;
    expect(dot(got.pixel_values!.data as Float32Array, direction) / slope).toBeCloseTo(1, 2);
  });

  it.each(["describe", "text"])("%s: at the input and every site, in one pass", async (name) => {
    const golden = await openSafetensors(`${FIXTURE}/gradients.safetensors`);
    const embeds = await golden.readFloat32(`${name}.inputs_embeds`);
    const [first = 0, second = 0] = await golden.readIntegers(`${name}.tokens`);
    const model = keepOutputs(await decoder(), (output) => output === "logits");
    const sites = [{ name: "inputs_embeds", tensor: "inputs_embeds" }, ...residualSites(model)];
    const wrt = sites.map(({ tensor }) => tensor);
    const tokens = embeds.length / 32;
    const full = await gradients(model, prefill(embeds, logitDifference(tokens, first, second)), wrt, "logits");
    // Logits of the last token only: a slice whose place is known at run time, and a much smaller product.
    const last = lastTokenLogits(model) as ModelProto;
    const short = await gradients(last, prefill(embeds, logitDifference(1, first, second)), wrt, "logits");
    for (const site of sites) {
      const want = await golden.readFloat32(`${name}.gradient.${site.name}`);
      const scale = want.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (const got of [full, short]) {
        expect(got[site.tensor]!.dims).toEqual([1, tokens, 32]);
        const scaled = (got[site.tensor]!.data as Float32Array).map((value) => value / scale);
        expect(
          relativeError(
            scaled,
            want.map((value) => value / scale),
          ),
          site.name,
        ).toBeLessThan(1e-5);
      }
    }
    await golden.close();
  });
});

/** Weights of a linear layer as an initialiser. */
function weight(graph: GraphBuilder, name: string, dims: number[]): GraphBuilder {
  const values = normals(createRng(11, name), dims).data as Float32Array;
  return graph.init(
    name,
    dims,
    values.map((value) => value / 2),
  );
}

describe("gradients of composed graphs", () => {
  it("an attention block with rotary positions, shared heads and a mask, written as exporters write it", async () => {
    const rng = createRng(11, "attention");
    const tokens = 3;
    const rotary = (graph: GraphBuilder, from: string, to: string) =>
      graph
        .node("Slice", [from, "zero", "half", "last"], [`${to}.a`])
        .node("Slice", [from, "half", "end", "last"], [`${to}.b`])
        .node("Neg", [`${to}.b`], [`${to}.minus`])
        .node("Concat", [`${to}.minus`, `${to}.a`], [`${to}.turned`], { axis: -1 })
        .node("Mul", [from, "cos"], [`${to}.p`])
        .node("Mul", [`${to}.turned`, "sin"], [`${to}.q`])
        .node("Add", [`${to}.p`, `${to}.q`], [to]);
    const heads = (graph: GraphBuilder, kind: string, count: number) =>
      weight(graph, `w${kind}`, [4, count * 2])
        .node("MatMul", ["x", `w${kind}`], [`${kind}.flat`])
        .init(`${kind}.count`, [2], BigInt64Array.of(BigInt(count), 2n))
        .node("Concat", ["rows", `${kind}.count`], [`${kind}.shape`], { axis: 0 })
        .node("Reshape", [`${kind}.flat`, `${kind}.shape`], [`${kind}.split`])
        .node("Transpose", [`${kind}.split`], [`${kind}.heads`], { perm: [0, 2, 1, 3] });
    await expectGradients({
      feeds: {
        x: normals(rng, [1, tokens, 4]),
        mask: floatTensor(
          Float32Array.from({ length: 9 }, (_, i) => (i % 3 > Math.floor(i / 3) ? -1e9 : 0)),
          [3, 3],
        ),
        past: normals(rng, [1, 1, 0, 2]),
      },
      wrt: ["x"],
      build: (graph) => {
        for (const [name, value] of [
          ["zero", 0n],
          ["half", 1n],
          ["end", 99n],
          ["last", -1n],
          ["two", 2n],
        ] as const) {
          graph.init(name, [1], BigInt64Array.of(value));
        }
        graph.init("cos", [tokens, 2], Float32Array.from([1, 1, 0.5, 0.5, -0.4, -0.4]));
        graph.init("sin", [tokens, 2], Float32Array.from([0, 0, 0.8, 0.8, 0.9, 0.9]));
        graph.node("Shape", ["x"], ["shape"]).node("Slice", ["shape", "zero", "two"], ["rows"]);
        heads(graph, "q", 2);
        heads(graph, "k", 1);
        heads(graph, "v", 1);
        rotary(graph, "q.heads", "q");
        rotary(graph, "k.heads", "k.turned");
        return weight(graph, "wo", [4, 4])
          .node("Concat", ["past", "k.turned"], ["k"], { axis: 2 })
          .init("repeat", [4], BigInt64Array.of(1n, 2n, 1n, 1n))
          .node("Expand", ["k", "repeat"], ["k.all"])
          .node("Expand", ["v.heads", "repeat"], ["v.all"])
          .node("Transpose", ["k.all"], ["k.t"], { perm: [0, 1, 3, 2] })
          .node("MatMul", ["q", "k.t"], ["scores"])
          .init("scale", [], Float32Array.of(Math.SQRT1_2))
          .node("Mul", ["scores", "scale"], ["scaled"])
          .node("Add", ["scaled", "mask"], ["masked"])
          .node("Softmax", ["masked"], ["weights"], { axis: -1 })
          .node("MatMul", ["weights", "v.all"], ["mixed"])
          .node("Transpose", ["mixed"], ["mixed.t"], { perm: [0, 2, 1, 3] })
          .node("Reshape", ["mixed.t", "shape"], ["joined"])
          .node("MatMul", ["joined", "wo"], ["out"])
          .node("Add", ["x", "out"], ["y"]);
      },
      // Attention needs ranks, as exports have them.
      shapes: ["sizes", "names"],
    });
  });

  it("a root-mean-square norm in single steps and a gated MLP", async () => {
    await expectGradients({
      feeds: { x: normals(createRng(11, "gated"), [1, 2, 4]) },
      build: (graph) => {
        for (const name of ["gate", "up"]) weight(graph, name, [4, 6]);
        return weight(graph, "down", [6, 4])
          .init("two", [], Float32Array.of(2))
          .init("last", [1], BigInt64Array.of(-1n))
          .init("epsilon", [], Float32Array.of(0.01))
          .init("one", [], Float32Array.of(1))
          .node("Pow", ["x", "two"], ["square"])
          .node("ReduceMean", ["square", "last"], ["mean"], { keepdims: 1 })
          .node("Add", ["mean", "epsilon"], ["safe"])
          .node("Sqrt", ["safe"], ["root"])
          .node("Div", ["one", "root"], ["inverse"])
          .node("Mul", ["x", "inverse"], ["norm"])
          .node("MatMul", ["norm", "gate"], ["g"])
          .node("Sigmoid", ["g"], ["s"])
          .node("Mul", ["g", "s"], ["swish"])
          .node("MatMul", ["norm", "up"], ["u"])
          .node("Mul", ["swish", "u"], ["product"])
          .node("MatMul", ["product", "down"], ["d"])
          .node("Add", ["x", "d"], ["y"]);
      },
    });
  });

  it("a layer norm, an MLP with GELU by Erf, and one projection by Gemm", async () => {
    await expectGradients({
      feeds: { x: normals(createRng(11, "gelu"), [3, 4]) },
      build: (graph) =>
        weight(weight(weight(weight(graph, "scale", [4]), "bias", [4]), "w1", [4, 6]), "w2", [6, 4])
          .init("root", [], Float32Array.of(Math.SQRT2))
          .init("one", [], Float32Array.of(1))
          .init("half", [], Float32Array.of(0.5))
          .node("LayerNormalization", ["x", "scale", "bias"], ["norm"])
          .node("Gemm", ["norm", "w1"], ["h"])
          .node("Div", ["h", "root"], ["r"])
          .node("Erf", ["r"], ["e"])
          .node("Add", ["e", "one"], ["e1"])
          .node("Mul", ["h", "e1"], ["m"])
          .node("Mul", ["m", "half"], ["a"])
          .node("MatMul", ["a", "w2"], ["d"])
          .node("Add", ["x", "d"], ["y"]),
    });
  });
});

/** x -> h = tanh(x w) -> y = h h, with a branch beside the way that nobody can differentiate. */
const chain = (graph: GraphBuilder) =>
  weight(graph, "w", [3, 3])
    .node("MatMul", ["x", "w"], ["m"])
    .node("Tanh", ["m"], ["h"])
    .node("Mul", ["h", "h"], ["y"])
    .node("Hardmax", ["h"], ["side"]);
const chainFeeds = () => ({ x: normals(createRng(12, "chain"), [2, 3]) });
const chainModel = () => modelOf({ feeds: chainFeeds(), build: chain }, "names");

describe("differentiate", () => {
  it("gives several gradients of one pass, each counting the ways through the others", async () => {
    const feeds = { ...chainFeeds(), seed: normals(createRng(12, "seed"), [2, 3]) };
    const wrt = ["x", "h", "w", "m"];
    const together = await gradients(chainModel(), feeds, wrt);
    for (const tensor of wrt) {
      expect((await gradients(chainModel(), feeds, [tensor]))[tensor]!.data).toEqual(together[tensor]!.data);
    }
    await expectGradients({ feeds: chainFeeds(), build: chain });
    // The whole costs one pass: no product is computed twice.
    const request = { of: "y", seed: "seed", wrt: wrt.map((tensor) => ({ tensor, as: `d ${tensor}` })) };
    const products = graphOf(differentiate(chainModel(), request)).node.filter((node) => node.opType === "MatMul");
    expect(products).toHaveLength(3);
  });

  it("differentiates a tensor inside, leaves the model as it was and shares its weights", () => {
    const model = chainModel();
    const before = structuredClone(model);
    const request = { of: "h", seed: "seed", wrt: [{ tensor: "x", as: "dx" }] };
    const graph = graphOf(differentiate(model, request));
    expect(model).toEqual(before);
    expect(graph.output.map((value) => value.name)).toEqual(["y", "h", "dx"]);
    expect(graph.input.map((value) => value.name)).toEqual(["x", "seed"]);
    expect(graph.initializer).toContain(graphOf(model).initializer.find((tensor) => tensor.name === "w"));
    expect(graph.node.map((node) => node.opType)).not.toContain("Hardmax");
  });

  it("gives the seed for the tensor itself", async () => {
    const seed = normals(createRng(12, "seed"), [2, 3]);
    expect((await gradients(chainModel(), { ...chainFeeds(), seed }, ["y"])).y!.data).toEqual(seed.data);
  });

  it("differentiates its own work: second derivatives", async () => {
    const request = { of: "y", seed: "seed", wrt: [{ tensor: "x", as: "dx" }] };
    const build = (graph: GraphBuilder) => graph.node("Sin", ["x"], ["y"]);
    const once = differentiate(modelOf({ feeds: chainFeeds(), build }, "names"), request);
    const twice = keepOutputs(
      differentiate(once, { of: "dx", seed: "seed2", wrt: [{ tensor: "x", as: "ddx" }] }),
      (name) => name === "ddx",
    );
    const one = floatTensor(new Float32Array(6).fill(1), [2, 3]);
    const { x } = chainFeeds();
    const { ddx } = await run(twice, { x, seed: one, seed2: one });
    Array.from(x.data as Float32Array, Math.sin).forEach((sine, i) => {
      expect(ddx!.data[i]).toBeCloseTo(-sine, 5);
    });
  });

  it("works in float16, and gives float32", async () => {
    const feeds = { x: normals(createRng(13, "half"), [2, 8]) };
    const values = normals(createRng(13, "w"), [8, 8]).data as Float32Array;
    const model = (half: boolean) => {
      const bits = new Uint16Array(64);
      floatToHalfInto(bits, values);
      return modelOf(
        {
          feeds,
          build: (graph) =>
            graph
              .init("w", [8, 8], half ? bits : values)
              .init("scale", [8], half ? bits.slice(0, 8) : values.slice(0, 8))
              .node("Cast", ["x"], ["h"], { to: half ? DATA_TYPE.float16 : DATA_TYPE.float32 })
              .node("SimplifiedLayerNormalization", ["h", "scale"], ["norm"])
              .node("MatMul", ["norm", "w"], ["p"])
              .node("Sigmoid", ["p"], ["s"])
              .node("Mul", ["p", "s"], ["swish"])
              .node("Softmax", ["swish"], ["soft"])
              .node("ReduceMean", ["swish"], ["mean"])
              .node("Add", ["soft", "mean"], ["y"]),
        },
        "names",
      );
    };
    const seed = normals(createRng(13, "seed"), [2, 8]);
    const narrow = await gradients(model(true), { ...feeds, seed }, ["x", "h"]);
    const wide = await gradients(model(false), { ...feeds, seed }, ["x", "h"]);
    for (const name of ["x", "h"]) {
      expect(narrow[name]!.dtype).toBe("float32");
      expect(relativeError(narrow[name]!.data as Float32Array, wide[name]!.data as Float32Array)).toBeLessThan(5e-3);
    }
  });
});

describe("what cannot be differentiated", () => {
  const attempt = (build: (graph: GraphBuilder) => GraphBuilder, wrt = "x", opset = 18, of = "y") => {
    const feeds = { x: normals(createRng(14, "x"), [1, 2, 4, 4]), ids: int64Tensor([0, 1], [2]) };
    const model = modelOf({ feeds, build, opset }, "names");
    return {
      model,
      differentiate: () => differentiate(model, { of, seed: "seed", wrt: [{ tensor: wrt, as: "dx" }] }),
    };
  };
  const fails = (made: { differentiate: () => unknown }, code: string, message: RegExp) => {
    expect(made.differentiate).toThrow(AppError);
    expect(made.differentiate).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  };

  it("names an operator without a rule, with its domain and node, and says what still works", () => {
    const made = attempt((g) => g.node("Sin", ["x"], ["s"]).node("com.microsoft.GroupQueryAttention", ["s"], ["y"]));
    fails(made, "MODEL_UNREADABLE", /com\.microsoft\.GroupQueryAttention \(node "com\.microsoft\.Group.*tap and steer/);
    expect(undifferentiable(made.model, "x", "y")).toEqual([
      { op: "com.microsoft.GroupQueryAttention", node: "com.microsoft.GroupQueryAttention_1" },
    ]);
    expect(undifferentiable(made.model, "x", "s")).toEqual([]);
    expect(undifferentiable(made.model, "ids", "y")).toEqual([]);
  });

  it("names a branch or loop that holds the way, and quantised layers instead of skipping them", () => {
    const made = attempt((g) => g.node("Sin", ["x"], ["s"]).node("If", ["ids"], ["y"]));
    const branch = graphOf(new GraphBuilder("branch").node("Neg", ["s"], ["out"]).toModel());
    const body = { name: "then_branch", g: branch, floats: [], ints: [], strings: [], tensors: [], graphs: [] };
    graphOf(made.model).node[1]!.attribute.push(body);
    fails(made, "MODEL_UNREADABLE", /rule for If \(node/);
    const quantised = attempt((g) =>
      g
        .node("QuantizeLinear", ["x", "x"], ["q"])
        .node("DequantizeLinear", ["q", "x"], ["d"])
        .node("Add", ["x", "d"], ["y"]),
    );
    fails(quantised, "MODEL_UNREADABLE", /rule for DequantizeLinear/);
    expect(undifferentiable(quantised.model, "x", "y").map(({ op }) => op)).toEqual([
      "QuantizeLinear",
      "DequantizeLinear",
    ]);
  });

  it("finds a way through an integer product, which stands for a product of floats", () => {
    const made = attempt((g) =>
      g
        .node("QuantizeLinear", ["x", "x"], ["q"])
        .node("MatMulInteger", ["q", "q"], ["product"])
        .node("Cast", ["product"], ["wide"], { to: DATA_TYPE.float32 })
        .node("Add", ["x", "wide"], ["y"]),
    );
    fails(made, "MODEL_UNREADABLE", /rule for MatMulInteger/);
  });

  it("names the form of an operator that has no rule", () => {
    fails(
      attempt((g) => g.node("Conv", ["x", "x"], ["y"])),
      "MODEL_UNREADABLE",
      /rule for Conv through its input 1/,
    );
    const train = (g: GraphBuilder) => g.init("train", [], Uint8Array.of(1)).node("Dropout", ["x", "", "train"], ["y"]);
    fails(attempt(train), "MODEL_UNREADABLE", /rule for Dropout in training mode/);
    const deviation = (g: GraphBuilder) => g.node("LayerNormalization", ["x", "x"], ["n", "", "y"]);
    fails(attempt(deviation), "MODEL_UNREADABLE", /LayerNormalization through its second or later output/);
    fails(
      attempt((g) => g.node("Max", ["x", "x", "x"], ["y"])),
      "MODEL_UNREADABLE",
      /Max of more than two tensors/,
    );
  });

  it("refuses operator sets that are too old, for all or for shapes known at run time", () => {
    fails(
      attempt((g) => g.node("Sin", ["x"], ["y"]), "x", 10),
      "MODEL_UNREADABLE",
      /operator set 11 or later/,
    );
    const unknown = (g: GraphBuilder) => g.node("Compress", ["x", "ids"], ["c"]).node("Mul", ["x", "c"], ["y"]);
    fails(attempt(unknown, "x", 12), "MODEL_UNREADABLE", /operator set 13 or later/);
  });

  it("refuses tensors that are missing, lead elsewhere or hold whole numbers, and names that are taken", () => {
    const build = (g: GraphBuilder) => g.node("Sin", ["x"], ["y"]).node("Shape", ["x"], ["shape"]);
    fails(attempt(build, "nowhere"), "INVALID_INPUT", /no tensor "nowhere"/);
    fails(attempt(build, "x", 18, "nowhere"), "INVALID_INPUT", /no tensor "nowhere"/);
    fails(attempt(build, "ids"), "INVALID_INPUT", /Nothing of "ids" reaches "y"/);
    fails(attempt(build, "x", 18, "shape"), "INVALID_INPUT", /Nothing of "x" reaches "shape"/);
    const { model } = attempt(build);
    expect(() => differentiate(model, { of: "y", seed: "x", wrt: [] })).toThrow(/has a tensor "x" already/);
  });
});

describe("the check itself", () => {
  it("fails for a gradient that differs from the slope: a step across the kink of Relu", async () => {
    const across = expectGradients({
      feeds: { x: floatTensor(Float32Array.of(0.01, 1), [2]) },
      build: (graph) => graph.node("Relu", ["x"], ["y"]),
    });
    await expect(across).rejects.toThrow(/gradient for x/);
  });
});
