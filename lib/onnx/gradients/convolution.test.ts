import { describe, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import type { AttributeValue } from "@/lib/onnx/build";
import { expectGradients, normals } from "@/tests/helpers/gradient-check";

const rng = (op: string) => createRng(6, op);

/** Convolution of an input with a constant kernel and a bias. */
async function check(x: number[], weight: number[], attributes: Record<string, AttributeValue>) {
  await expectGradients({
    feeds: { x: normals(rng("x"), x), bias: normals(rng("bias"), [weight[0]!]) },
    build: (graph) =>
      graph
        .init("w", weight, normals(rng("w"), weight).data as Float32Array)
        .node("Conv", ["x", "w", "bias"], ["y"], attributes),
  });
}

describe("gradients of windows", () => {
  it("Conv as a patch embedding", () => check([2, 2, 4, 4], [3, 2, 2, 2], { strides: [2, 2] }));
  it("Conv that leaves a border unread", () => check([1, 1, 5, 4], [2, 1, 2, 2], { strides: [2, 3] }));
  it("Conv with padding of all sides", () => check([1, 2, 3, 3], [2, 2, 3, 3], { pads: [1, 0, 2, 1] }));
  it("Conv with dilations, strides and padding", () =>
    check([1, 1, 6, 5], [1, 1, 2, 2], { dilations: [2, 1], strides: [2, 2], pads: [1, 1, 1, 1] }));
  it("Conv in groups", () => check([1, 4, 3, 3], [4, 2, 2, 2], { group: 2 }));
  it("Conv of each channel for itself, in one dimension, reading only the past", () =>
    check([2, 3, 5], [3, 1, 3], { group: 3, pads: [2, 0] }));

  it.each<[string, Record<string, AttributeValue>]>([
    ["tiles", { kernel_shape: [2, 2], strides: [2, 2] }],
    ["overlapping windows and an unread border", { kernel_shape: [3, 2], strides: [1, 3] }],
    ["padding that counts", { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 0, 1], count_include_pad: 1 }],
  ])("AveragePool over %s", async (_, attributes) => {
    await expectGradients({
      feeds: { x: normals(rng("pool"), [2, 2, 4, 4]) },
      build: (graph) => graph.node("AveragePool", ["x"], ["y"], attributes),
    });
  });

  it("GlobalAveragePool", async () => {
    await expectGradients({
      feeds: { x: normals(rng("global"), [2, 2, 2, 3]) },
      build: (graph) => graph.node("GlobalAveragePool", ["x"], ["y"]),
    });
  });
});
