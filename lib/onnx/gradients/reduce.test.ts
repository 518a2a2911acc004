import fc from "fast-check";
import { describe, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { int64Tensor } from "@/lib/model/session";
import type { AttributeValue } from "@/lib/onnx/build";
import { expectGradients, normals } from "@/tests/helpers/gradient-check";

const x = () => normals(createRng(7, "reduce"), [2, 3, 2]);
const lists = fc.constantFrom([0], [1], [-1], [0, 2], [-2, 0], [0, 1, 2]);

describe.each(["ReduceSum", "ReduceMean", "ReduceSumSquare", "ReduceL2"])("gradient of %s", (op) => {
  it("over constant axes", async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.nat(1), async (axes, keepdims) => {
        await expectGradients({
          feeds: { x: x() },
          build: (graph) =>
            graph
              .init("axes", [axes.length], BigInt64Array.from(axes, BigInt))
              .node(op, ["x", "axes"], ["r"], { keepdims })
              // Not linear, so that the gradient of the reduction is not the same everywhere.
              .node("Sin", ["r"], ["y"]),
        });
      }),
      { numRuns: 4, seed: 1 },
    );
  });

  it("over axes of an attribute, as before operator set 13", async () => {
    for (const keepdims of [0, 1]) {
      await expectGradients({
        feeds: { x: x() },
        opset: 11,
        build: (graph) => graph.node(op, ["x"], ["y"], { axes: [0, -1], keepdims }),
      });
    }
  });

  it("over axes known at run time only", async () => {
    for (const keepdims of [0, 1]) {
      await expectGradients({
        feeds: { x: x(), axes: int64Tensor([-1, 0], [2]) },
        build: (graph) => graph.node(op, ["x", "axes"], ["y"], { keepdims }),
      });
    }
  });

  it.each<[string, string[], Record<string, AttributeValue>]>([
    ["everything without an axes input", ["x"], {}],
    ["everything, to a scalar", ["x"], { keepdims: 0 }],
    ["everything with an empty one", ["x", "empty"], { keepdims: 0 }],
  ])("over %s", async (_, inputs, attributes) => {
    await expectGradients({
      feeds: { x: x() },
      build: (graph) => graph.init("empty", [0], new BigInt64Array(0)).node(op, inputs, ["y"], attributes),
    });
  });
});

describe.each(["ReduceSum", "ReduceMean"])("gradient of %s over no axis at all", (op) => {
  it.each([[["x", "empty"]], [["x"]]])("with inputs %o", async (inputs) => {
    await expectGradients({
      feeds: { x: x() },
      build: (graph) =>
        graph
          .init("empty", [0], new BigInt64Array(0))
          .node(op, inputs, ["y"], { noop_with_empty_axes: 1, keepdims: 0 }),
    });
  });
});
