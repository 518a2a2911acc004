import fc from "fast-check";
import { describe, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { float } from "@/lib/onnx/build";
import { expectGradients, normals } from "@/tests/helpers/gradient-check";
import { twoShapes } from "@/tests/helpers/shapes";

const rng = (op: string) => createRng(5, op);

describe("gradients of products", () => {
  it("MatMul, over batch shapes that broadcast", async () => {
    await fc.assert(
      fc.asyncProperty(twoShapes, fc.nat(1000), async ([a, b], seed) => {
        const draw = createRng(seed, "matmul");
        const feeds = { a: normals(draw, [...a, 2, 3]), b: normals(draw, [...b, 3, 2]) };
        await expectGradients({ feeds, build: (graph) => graph.node("MatMul", ["a", "b"], ["y"]) });
      }),
      { numRuns: 5, seed: 1 },
    );
  });

  it.each([
    [
      [2, 3],
      [3, 2],
    ],
    [
      [2, 2, 3],
      [3, 2],
    ],
    [
      [2, 3],
      [2, 3, 2],
    ],
    [[3], [3, 2]],
    [[3], [2, 3, 2]],
    [[2, 3], [3]],
    [[2, 2, 3], [3]],
    [[3], [3]],
  ])("MatMul of %j and %j", async (a, b) => {
    await expectGradients({
      feeds: { a: normals(rng("a"), a), b: normals(rng("b"), b) },
      // Without ranks a vector cannot be told from a matrix.
      shapes: a.length > 1 && b.length > 1 ? ["sizes", "names", "nothing"] : ["sizes", "names"],
      build: (graph) => graph.node("MatMul", ["a", "b"], ["y"]),
    });
  });

  it("MatMul with a constant matrix, for values of any rank", async () => {
    for (const dims of [[3], [2, 3], [2, 2, 3]]) {
      await expectGradients({
        feeds: { x: normals(rng("x"), dims) },
        build: (graph) =>
          graph.init("w", [3, 2], normals(rng("w"), [3, 2]).data as Float32Array).node("MatMul", ["x", "w"], ["y"]),
      });
    }
  });

  it.each([0, 1])("Gemm with transposes, scales and a third term, transA %i", async (transA) => {
    for (const transB of [0, 1]) {
      await expectGradients({
        feeds: {
          a: normals(rng("a"), transA ? [3, 2] : [2, 3]),
          b: normals(rng("b"), transB ? [4, 3] : [3, 4]),
          c: normals(rng("c"), [4]),
        },
        build: (graph) =>
          graph.node("Gemm", ["a", "b", "c"], ["y"], { transA, transB, alpha: float(0.5), beta: float(2) }),
      });
    }
  });

  it("Gemm without a third term", async () => {
    await expectGradients({
      feeds: { a: normals(rng("a"), [2, 3]), b: normals(rng("b"), [3, 2]) },
      build: (graph) => graph.node("Gemm", ["a", "b"], ["y"]),
    });
  });

  it.each<[string, number[][]]>([
    [
      "ij,jk->ik",
      [
        [2, 3],
        [3, 2],
      ],
    ],
    [
      "bhqd,bhkd->bhqk",
      [
        [1, 2, 2, 3],
        [1, 2, 2, 3],
      ],
    ],
    [
      "bij,kj",
      [
        [2, 2, 3],
        [2, 3],
      ],
    ],
    ["i,j->ij", [[2], [3]]],
    ["ijk->kij", [[2, 3, 2]]],
    [
      "ab,bc,cd->ad",
      [
        [2, 2],
        [2, 3],
        [3, 2],
      ],
    ],
  ])("Einsum %s", async (equation, shapes) => {
    const names = ["a", "b", "c"].slice(0, shapes.length);
    await expectGradients({
      feeds: Object.fromEntries(names.map((name, i) => [name, normals(rng(name), shapes[i]!)])),
      build: (graph) => graph.node("Einsum", names, ["y"], { equation }),
    });
  });
});
