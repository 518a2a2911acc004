import { describe, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { type AttributeValue, float } from "@/lib/onnx/build";
import { between, expectGradients, normals } from "@/tests/helpers/gradient-check";

const rng = (op: string) => createRng(3, op);

describe("activation gradients", () => {
  it.each<[string, Record<string, AttributeValue>, number]>([
    ["Sigmoid", {}, 18],
    ["Tanh", {}, 18],
    ["Gelu", {}, 20],
    ["Gelu", { approximate: "tanh" }, 20],
    ["com.microsoft.Gelu", {}, 18],
    ["com.microsoft.FastGelu", {}, 18],
    ["com.microsoft.QuickGelu", {}, 18],
    ["com.microsoft.QuickGelu", { alpha: float(1) }, 18],
  ])("%s %o", async (op, attributes, opset) => {
    await expectGradients({
      feeds: { x: normals(rng(op), [3, 4]) },
      opset,
      build: (graph) => graph.node(op, ["x"], ["y"], attributes),
    });
  });

  it.each(["com.microsoft.BiasGelu", "com.microsoft.FastGelu"])("%s with a bias", async (op) => {
    await expectGradients({
      feeds: { x: normals(rng(op), [2, 3, 4]), bias: normals(rng(`${op} bias`), [4]) },
      build: (graph) => graph.node(op, ["x", "bias"], ["y"]),
    });
  });

  it.each<[string, Record<string, AttributeValue>]>([
    ["Relu", {}],
    ["LeakyRelu", {}],
    ["LeakyRelu", { alpha: float(0.3) }],
  ])("%s %o, on both sides of its kink", async (op, attributes) => {
    await expectGradients({
      feeds: { x: between(rng(op), [3, 4], 0.2, 2, true) },
      build: (graph) => graph.node(op, ["x"], ["y"], attributes),
    });
  });

  it.each(["Softmax", "LogSoftmax"])("%s along each axis", async (op) => {
    for (const axis of [-1, 0, 1, -2]) {
      await expectGradients({
        feeds: { x: normals(rng(op), [2, 3, 2]) },
        build: (graph) => graph.node(op, ["x"], ["y"], { axis }),
      });
    }
  });

  it.each(["Softmax", "LogSoftmax"])("%s of operator set 11, over all axes from one on", async (op) => {
    for (const axis of [1, 2, 0, -1]) {
      await expectGradients({
        feeds: { x: normals(rng(op), [2, 3, 2]) },
        opset: 11,
        shapes: axis === -1 ? ["sizes", "names", "nothing"] : ["sizes", "names"],
        build: (graph) => graph.node(op, ["x"], ["y"], { axis }),
      });
    }
  });
});
