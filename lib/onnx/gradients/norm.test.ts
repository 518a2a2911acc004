import { describe, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { float } from "@/lib/onnx/build";
import { expectGradients, normals } from "@/tests/helpers/gradient-check";

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
