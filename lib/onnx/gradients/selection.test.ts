import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { int64Tensor, type Tensor } from "@/lib/model/session";
import type { AttributeValue } from "@/lib/onnx/build";
import { differentiate } from "@/lib/onnx/differentiate";
import { expectGradients, type GradientCase, modelOf, normals } from "@/tests/helpers/gradient-check";

const x = (dims: number[]) => normals(createRng(9, "selection"), dims);
const range = (values: number[]) => int64Tensor(values, [values.length]);

/** One node that reads x and other tensors, which are inputs of the graph or constants in it. */
function picking(
  op: string,
  dims: number[],
  others: Record<string, Tensor>,
  attributes: Record<string, AttributeValue> = {},
  constant = false,
): GradientCase {
  return {
    feeds: constant ? { x: x(dims) } : { x: x(dims), ...others },
    build: (graph) => {
      for (const [name, { dims, data }] of Object.entries(constant ? others : {})) graph.init(name, dims, data);
      return graph.node(op, ["x", ...Object.keys(others)], ["y"], attributes);
    },
  };
}

describe("gradients of selections", () => {
  it.each<[number[], number[], number]>([
    [[2], [0, 3], 0],
    [[], [1], 1],
    [[2, 2], [0, 2, 2, -1], 1],
    [[3], [1, 1, 0], -1],
  ])("Gather by an index of shape %j: %j along axis %i, equal ones added", async (shape, values, axis) => {
    const index = int64Tensor(values, shape);
    await expectGradients(picking("Gather", [4, 3], { index }, { axis }));
  });

  it("GatherElements, GatherND with and without batch axes, Tile", async () => {
    await expectGradients(
      picking("GatherElements", [3, 2], { index: int64Tensor([0, -1, 0, 1, 2, 2], [3, 2]) }, { axis: 0 }),
    );
    await expectGradients(picking("GatherND", [3, 2], { index: int64Tensor([0, 0, 2, -1], [4, 1]) }));
    await expectGradients(picking("GatherND", [2, 3, 2], { index: int64Tensor([2, 0], [2, 1]) }, { batch_dims: 1 }));
    await expectGradients(picking("Tile", [2, 3], { repeats: range([2, 1]) }));
  });

  it("Slice by any starts, ends, axes and steps, constant or not", async () => {
    const axis = fc.record({ start: fc.integer({ min: -6, max: 6 }), end: fc.integer({ min: -6, max: 6 }) });
    const slices = fc.record({
      cuts: fc.array(axis, { minLength: 1, maxLength: 2 }),
      axes: fc.constantFrom([0, 2], [-1, 1], [2, 0]),
      step: fc.constantFrom(1, 1, 1, 2, -1, -2),
      constant: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(slices, async ({ cuts, axes, step, constant }) => {
        const others = {
          starts: range(cuts.map(({ start }) => start)),
          ends: range(cuts.map(({ end }) => end)),
          axes: range(axes.slice(0, cuts.length)),
          steps: range(cuts.map(() => step)),
        };
        await expectGradients(picking("Slice", [3, 2, 4], others, {}, constant));
      }),
      { numRuns: 8, seed: 1 },
    );
  });

  it("Slice of the last position, and of int32 bounds without axes", async () => {
    const last = { starts: range([-1]), ends: int64Tensor([2 ** 62], [1]), axes: range([1]) };
    await expectGradients(picking("Slice", [2, 3, 2], last, {}, true));
    const bounds = (value: number): Tensor => ({ dtype: "int32", data: Int32Array.of(value), dims: [1] });
    await expectGradients(picking("Slice", [4, 2], { starts: bounds(1), ends: bounds(3) }));
  });

  it.each(["none", "add"])("ScatterND and ScatterElements with reduction %s: data and updates", async (reduction) => {
    await expectGradients({
      feeds: { x: x([4, 2]), index: int64Tensor([3, 0], [2, 1]), updates: x([2, 2]) },
      build: (graph) => graph.node("ScatterND", ["x", "index", "updates"], ["y"], { reduction }),
    });
    await expectGradients({
      feeds: { x: x([3, 2]), index: int64Tensor([2, 0, 1, -1], [2, 2]), updates: x([2, 2]) },
      build: (graph) => graph.node("ScatterElements", ["x", "index", "updates"], ["y"], { axis: 0, reduction }),
    });
  });

  it("works in operator set 11 where nothing is copied twice, and says so where something may be", async () => {
    await expectGradients({ ...picking("Gather", [4, 3], { index: range([2]) }, { axis: 1 }, true), opset: 11 });
    await expectGradients({
      ...picking("Slice", [5], { a: range([3]), b: range([0]), c: range([0]), d: range([-2]) }),
      opset: 11,
    });
    const twice = modelOf({ ...picking("Gather", [4, 3], { index: range([2, 2]) }), opset: 11 }, "sizes");
    expect(() => differentiate(twice, { of: "y", seed: "s", wrt: [{ tensor: "x", as: "dx" }] })).toThrow(
      /Gather in operator set 11/,
    );
  });
});
