import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { floatTensor, type Tensor } from "@/lib/model/session";
import { DATA_TYPE } from "@/lib/onnx/tensor";
import { between, expectGradients, gradients, modelOf, normals } from "@/tests/helpers/gradient-check";
import { twoShapes } from "@/tests/helpers/shapes";

const rng = (op: string) => createRng(2, op);
const bool = (values: number[], dims: number[]): Tensor => ({ dtype: "bool", data: Uint8Array.from(values), dims });

describe("elementwise gradients", () => {
  it.each(["Add", "Sub", "Mul", "Div", "Max", "Min"])("%s, over shapes that broadcast", async (op) => {
    await fc.assert(
      fc.asyncProperty(twoShapes, fc.nat(1000), async ([a, b], seed) => {
        const draw = createRng(seed, op);
        // Apart, so that no step makes the other one the larger, and away from 0, by which nobody can divide.
        const feeds = { a: between(draw, a, 0.5, 1.8, true), b: between(draw, b, 2, 3, true) };
        await expectGradients({ feeds, build: (graph) => graph.node(op, ["a", "b"], ["y"]) });
      }),
      { numRuns: 5, seed: 1 },
    );
  });

  it.each(["Neg", "Exp", "Sin", "Cos", "Erf", "Identity"])("%s", async (op) => {
    await expectGradients({
      feeds: { x: normals(rng(op), [2, 5]) },
      build: (graph) => graph.node(op, ["x"], ["y"]),
    });
  });

  it.each(["Sqrt", "Log", "Reciprocal", "Abs"])("%s, away from where it has no slope", async (op) => {
    await expectGradients({
      feeds: { x: between(rng(op), [2, 5], 0.8, 3, op === "Reciprocal" || op === "Abs") },
      build: (graph) => graph.node(op, ["x"], ["y"]),
    });
  });

  it("Pow with constant exponents, negative bases included", async () => {
    for (const exponent of [2, 3, -1, 1, 0]) {
      await expectGradients({
        feeds: { x: between(rng("pow"), [2, 4], 0.8, 2, true) },
        build: (graph) => graph.init("p", [], Float32Array.of(exponent)).node("Pow", ["x", "p"], ["y"]),
      });
    }
  });

  it("Pow with an integer exponent, and one of its own shape", async () => {
    await expectGradients({
      feeds: { x: between(rng("pow int"), [2, 4], 0.8, 2, true) },
      build: (graph) => graph.init("p", [1], BigInt64Array.of(3n)).node("Pow", ["x", "p"], ["y"]),
    });
    await expectGradients({
      feeds: { x: between(rng("pow x"), [2, 1], 0.8, 2), p: normals(rng("pow p"), [3]) },
      build: (graph) => graph.node("Pow", ["x", "p"], ["y"]),
    });
  });

  it("Pow gives 0 for the exponent where the base is 0, not NaN", async () => {
    const given = { feeds: { x: floatTensor(Float32Array.of(0, 2), [2]), p: floatTensor(Float32Array.of(2, 2), [2]) } };
    const model = modelOf({ ...given, build: (graph) => graph.node("Pow", ["x", "p"], ["y"]) }, "sizes");
    const out = await gradients(model, { ...given.feeds, seed: floatTensor(Float32Array.of(1, 1), [2]) }, ["p"]);
    expect(out.p!.data[0]).toBe(0);
    expect(out.p!.data[1]).toBeCloseTo(4 * Math.LN2, 5);
  });

  it("Sum of three tensors, and one tensor twice", async () => {
    const draw = rng("sum");
    await expectGradients({
      feeds: { a: normals(draw, [2, 3]), b: normals(draw, [3]), c: normals(draw, []) },
      build: (graph) => graph.node("Sum", ["a", "b", "c", "a"], ["y"]),
    });
    await expectGradients({
      feeds: { a: normals(draw, [2, 3]) },
      build: (graph) => graph.node("Mul", ["a", "a"], ["y"]),
    });
  });

  it("Where, over shapes that broadcast", async () => {
    await expectGradients({
      feeds: {
        test: bool([1, 0, 1, 0, 0, 1], [2, 1, 3]),
        a: normals(rng("where a"), [2, 3]),
        b: normals(rng("where b"), [1]),
      },
      build: (graph) => graph.node("Where", ["test", "a", "b"], ["y"]),
    });
  });

  it("Clip with both limits, one and none", async () => {
    for (const inputs of [["x", "lo", "hi"], ["x", "", "hi"], ["x", "lo"], ["x"]]) {
      await expectGradients({
        feeds: { x: floatTensor(Float32Array.of(-2, -0.5, 0.1, 0.6, 0.9, 4), [6]) },
        build: (graph) =>
          graph.init("lo", [], Float32Array.of(-1)).init("hi", [], Float32Array.of(0.75)).node("Clip", inputs, ["y"]),
      });
    }
  });

  it("Cast between float types, CastLike; whole numbers let nothing through", async () => {
    await expectGradients({
      feeds: { x: normals(rng("cast"), [4]) },
      // Through float64 and back, beside a way through whole numbers that has no slope.
      build: (graph) =>
        graph
          .node("Cast", ["x"], ["wide"], { to: DATA_TYPE.float64 })
          .node("Mul", ["wide", "wide"], ["square"])
          .node("CastLike", ["square", "x"], ["narrow"])
          .node("Floor", ["x"], ["floor"])
          .node("Cast", ["x"], ["whole"], { to: DATA_TYPE.int64 })
          .node("Cast", ["whole"], ["again"], { to: DATA_TYPE.float32 })
          .node("Sub", ["floor", "floor"], ["zero"])
          .node("Sub", ["again", "again"], ["none"])
          .node("Sum", ["narrow", "zero", "none"], ["y"]),
    });
  });
});
