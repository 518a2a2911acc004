import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { type AttributeValue, float, type GraphBuilder } from "@/lib/onnx/build";
import { differentiate } from "@/lib/onnx/differentiate";
import { between, expectGradients, modelOf, normals, run } from "@/tests/helpers/gradient-check";

const rng = (op: string) => createRng(4, op);

describe("norm gradients", () => {
  it.each([
    ["LayerNormalization", 18],
    ["LayerNormalization", 17],
    ["SimplifiedLayerNormalization", 18],
    ["RMSNormalization", 23],
  ] as const)("%s of operator set %i: value, scale and bias", async (op, opset) => {
    const draw = rng(op);
    const bias = op === "LayerNormalization" ? ["bias"] : [];
    const feeds = { x: normals(draw, [2, 2, 4]), scale: normals(draw, [4]) };
    await expectGradients({
      feeds: bias.length > 0 ? { ...feeds, bias: normals(draw, [4]) } : feeds,
      opset,
      build: (graph) => graph.node(op, ["x", "scale", ...bias], ["y"], { epsilon: float(0.01) }),
    });
  });

  it.each([
    ["LayerNormalization", ["x", "scale"], 17, 1e-5],
    ["SimplifiedLayerNormalization", ["x", "scale"], 18, 1e-5],
    ["RMSNormalization", ["x", "scale"], 23, 1e-5],
    ["com.microsoft.SkipLayerNormalization", ["x", "x", "scale"], 18, 1e-12],
    ["com.microsoft.SkipSimplifiedLayerNormalization", ["x", "x", "scale"], 18, 1e-12],
  ] as const)("%s of %o in operator set %i has the runtime's own epsilon, %d", async (op, inputs, opset, epsilon) => {
    // So small that any other epsilon would show.
    const feeds = { x: between(rng(op), [2, 4], 1e-6, 2e-6, true), scale: normals(rng(op), [4]) };
    const seed = normals(rng("seed"), [2, 4]);
    const results = [];
    const variants: Record<string, AttributeValue>[] = [{}, { epsilon: float(epsilon) }];
    for (const attributes of variants) {
      const build = (graph: GraphBuilder) => graph.node(op, inputs, ["y"], attributes);
      const model = differentiate(modelOf({ feeds, build, opset }, "sizes"), {
        of: "y",
        seed: "seed",
        wrt: [{ tensor: "x", as: "dx" }],
      });
      const { y, dx } = await run(model, { ...feeds, seed });
      results.push([y!.data, dx!.data]);
    }
    expect(results[0]).toEqual(results[1]);
  });

  it("LayerNormalization over the last two axes, counted from either end", async () => {
    for (const axis of [-2, 1]) {
      await expectGradients({
        feeds: { x: normals(rng("two"), [2, 2, 3]), scale: normals(rng("scale"), [2, 3]) },
        shapes: axis < 0 ? ["sizes", "names", "nothing"] : ["sizes", "names"],
        build: (graph) => graph.node("LayerNormalization", ["x", "scale"], ["y"], { axis }),
      });
    }
  });

  it.each([
    ["com.microsoft.SkipLayerNormalization", ["x", "skip", "scale", "shift", "bias"]],
    ["com.microsoft.SkipLayerNormalization", ["x", "skip", "scale"]],
    ["com.microsoft.SkipSimplifiedLayerNormalization", ["x", "skip", "scale", "bias"]],
    ["com.microsoft.SkipSimplifiedLayerNormalization", ["x", "skip", "scale"]],
  ])("%s of %o, with its sum used as well, alone and not at all", async (op, inputs) => {
    const draw = rng(inputs.join());
    const feeds = Object.fromEntries(
      inputs.map((name) => [name, normals(draw, name === "x" || name === "skip" ? [2, 2, 4] : [4])]),
    );
    await expectGradients({
      feeds,
      build: (graph) =>
        graph.node(op, inputs, ["norm", "", "", "sum"]).node("Sin", ["sum"], ["s"]).node("Add", ["norm", "s"], ["y"]),
    });
    await expectGradients({ feeds, build: (graph) => graph.node(op, inputs, ["y"]) });
    await expectGradients({
      feeds,
      wrt: inputs.filter((name) => name !== "scale" && name !== "shift"),
      build: (graph) => graph.node(op, inputs, ["norm", "", "", "sum"]).node("Sin", ["sum"], ["y"]),
    });
  });
});
