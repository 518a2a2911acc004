import { describe, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { int64Tensor } from "@/lib/model/session";
import type { AttributeValue, GraphBuilder } from "@/lib/onnx/build";
import { expectGradients, type GradientCase, normals } from "@/tests/helpers/gradient-check";

const x = (dims: number[]) => normals(createRng(8, "shape"), dims);
const ints = (...values: number[]) => BigInt64Array.from(values, BigInt);

/** One node whose first input is x and whose other inputs are constant vectors of whole numbers. */
async function check(
  op: string,
  dims: number[],
  constants: number[][] = [],
  attributes: Record<string, AttributeValue> = {},
  more: Partial<GradientCase> = {},
) {
  await expectGradients({
    feeds: { x: x(dims) },
    build: (graph) => {
      const names = constants.map((values, i) => {
        graph.init(`c${i}`, [values.length], ints(...values));
        return `c${i}`;
      });
      return graph.node(op, ["x", ...names], ["y"], attributes);
    },
    ...more,
  });
}

describe("gradients of shape operators", () => {
  it("Reshape with a copied and an inferred size", () => check("Reshape", [2, 3, 2], [[0, -1]]));
  it("Flatten", () => check("Flatten", [2, 3, 2], [], { axis: 2 }));
  it("Unsqueeze", () => check("Unsqueeze", [2, 3], [[0, -1]]));
  it("Squeeze", () => check("Squeeze", [1, 3, 1, 2], [[0, -2]]));
  it("Squeeze of all axes of size 1", () => check("Squeeze", [1, 3, 1]));
  it("Unsqueeze and Squeeze by attributes, as before operator set 13", async () => {
    await check("Unsqueeze", [2, 3], [], { axes: [1] }, { opset: 11 });
    await check("Squeeze", [2, 1, 3], [], { axes: [1] }, { opset: 11 });
  });
  it("Transpose", () => check("Transpose", [2, 3, 2], [], { perm: [2, 0, 1] }));
  it("Transpose of all axes", () => check("Transpose", [2, 3, 1]));
  it("Expand, also where the shape is the smaller", () => check("Expand", [2, 1, 3], [[2, 1, 4, 1]]));
  it("Expand by a shape known at run time", async () => {
    await expectGradients({
      feeds: { x: x([3, 1]), shape: int64Tensor([2, 1, 4], [3]) },
      build: (graph) => graph.node("Expand", ["x", "shape"], ["y"]),
    });
  });
  it("Trilu, lower and with a diagonal", async () => {
    await check("Trilu", [2, 3, 3]);
    await expectGradients({
      feeds: { x: x([3, 4]) },
      build: (graph) => graph.init("k", [], ints(1)).node("Trilu", ["x", "k"], ["y"], { upper: 0 }),
    });
  });
  it("CumSum in every direction", async () => {
    for (const [exclusive, reverse] of [
      [0, 0],
      [0, 1],
      [1, 0],
    ] as const) {
      await expectGradients({
        feeds: { x: x([2, 4]) },
        build: (graph) => graph.init("axis", [], ints(1)).node("CumSum", ["x", "axis"], ["y"], { exclusive, reverse }),
      });
    }
  });
  it("Pad with zeros, with cuts, and along chosen axes", async () => {
    await check("Pad", [2, 3], [[1, 0, 0, 2]]);
    await check("Pad", [3, 3], [[-1, 1, 0, -1]]);
    await expectGradients({
      feeds: { x: x([2, 3]) },
      build: (graph) =>
        graph.init("pads", [2], ints(1, 2)).init("axes", [1], ints(-1)).node("Pad", ["x", "pads", "", "axes"], ["y"]),
    });
  });
  it.each(["reflect", "edge"])("Pad by %s", (mode) => check("Pad", [2, 3], [[0, 2, 1, 1]], { mode }));
  it("Dropout and Identity", async () => {
    await check("Dropout", [2, 3]);
    await check("Identity", [2, 3]);
  });

  it("Concat along an axis counted from either end, one tensor twice", async () => {
    for (const axis of [1, -2, 0]) {
      const [a, b] =
        axis === 0
          ? [
              [1, 2],
              [3, 2],
            ]
          : [
              [2, 1, 2],
              [2, 3, 2],
            ];
      await expectGradients({
        feeds: { a: x(a!), b: x(b!) },
        build: (graph) => graph.node("Concat", ["a", "b", "a"], ["c"], { axis }).node("Sin", ["c"], ["y"]),
      });
    }
  });

  it.each<[string, (graph: GraphBuilder) => GraphBuilder, number]>([
    ["given sizes", (g) => g.init("sizes", [2], ints(1, 3)).node("Split", ["x", "sizes"], ["p", "q"], { axis: 1 }), 18],
    ["a number of outputs", (g) => g.node("Split", ["x"], ["p", "q"], { axis: -1, num_outputs: 2 }), 18],
    ["sizes of an attribute", (g) => g.node("Split", ["x"], ["p", "q"], { axis: 1, split: [3, 1] }), 11],
    ["no sizes", (g) => g.node("Split", ["x"], ["p", "q"], { axis: 1 }), 13],
  ])("Split into %s, both or one output used", async (_, split, opset) => {
    await expectGradients({
      feeds: { x: x([2, 4]) },
      opset,
      build: (graph) => split(graph).node("Sin", ["q"], ["s"]).node("Concat", ["s", "p"], ["y"], { axis: 1 }),
    });
    await expectGradients({ feeds: { x: x([2, 4]) }, opset, build: (graph) => split(graph).node("Sin", ["q"], ["y"]) });
  });
});
