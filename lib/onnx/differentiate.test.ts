import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { createRng } from "@/lib/core/rng";
import { floatToHalfInto } from "@/lib/formats/half";
import { floatTensor, int64Tensor } from "@/lib/model/session";
import { GraphBuilder } from "@/lib/onnx/build";
import { differentiate, undifferentiable } from "@/lib/onnx/differentiate";
import { graphOf } from "@/lib/onnx/graph";
import { keepOutputs } from "@/lib/onnx/tap";
import { DATA_TYPE } from "@/lib/onnx/tensor";
import { expectGradients, gradients, modelOf, normals, relativeError, run } from "@/tests/helpers/gradient-check";

/** x -> h = tanh(x w) -> y = h h, with a branch beside the way that nobody can differentiate. */
const chain = (graph: GraphBuilder) =>
  graph
    .init("w", [3, 3], normals(createRng(12, "w"), [3, 3]).data as Float32Array)
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
