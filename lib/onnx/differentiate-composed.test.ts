import { describe, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { floatTensor } from "@/lib/model/session";
import type { GraphBuilder } from "@/lib/onnx/build";
import { expectGradients, normals } from "@/tests/helpers/gradient-check";

/** Weights of a linear layer as an initialiser. */
function weight(graph: GraphBuilder, name: string, dims: number[]): GraphBuilder {
  const values = normals(createRng(11, name), dims).data as Float32Array;
  return graph.init(
    name,
    dims,
    values.map((value) => value / 2),
  );
}

describe("gradients of composed graphs", () => {
  it("an attention block with rotary positions, shared heads and a mask, written as exporters write it", async () => {
    const rng = createRng(11, "attention");
    const tokens = 3;
    const rotary = (graph: GraphBuilder, from: string, to: string) =>
      graph
        .node("Slice", [from, "zero", "half", "last"], [`${to}.a`])
        .node("Slice", [from, "half", "end", "last"], [`${to}.b`])
        .node("Neg", [`${to}.b`], [`${to}.minus`])
        .node("Concat", [`${to}.minus`, `${to}.a`], [`${to}.turned`], { axis: -1 })
        .node("Mul", [from, "cos"], [`${to}.p`])
        .node("Mul", [`${to}.turned`, "sin"], [`${to}.q`])
        .node("Add", [`${to}.p`, `${to}.q`], [to]);
    const heads = (graph: GraphBuilder, kind: string, count: number) =>
      weight(graph, `w${kind}`, [4, count * 2])
        .node("MatMul", ["x", `w${kind}`], [`${kind}.flat`])
        .init(`${kind}.count`, [2], BigInt64Array.of(BigInt(count), 2n))
        .node("Concat", ["rows", `${kind}.count`], [`${kind}.shape`], { axis: 0 })
        .node("Reshape", [`${kind}.flat`, `${kind}.shape`], [`${kind}.split`])
        .node("Transpose", [`${kind}.split`], [`${kind}.heads`], { perm: [0, 2, 1, 3] });
    await expectGradients({
      feeds: {
        x: normals(rng, [1, tokens, 4]),
        mask: floatTensor(
          Float32Array.from({ length: 9 }, (_, i) => (i % 3 > Math.floor(i / 3) ? -1e9 : 0)),
          [3, 3],
        ),
        past: normals(rng, [1, 1, 0, 2]),
      },
      wrt: ["x"],
      build: (graph) => {
        for (const [name, value] of [
          ["zero", 0n],
          ["half", 1n],
          ["end", 99n],
          ["last", -1n],
          ["two", 2n],
        ] as const) {
          graph.init(name, [1], BigInt64Array.of(value));
        }
        graph.init("cos", [tokens, 2], Float32Array.from([1, 1, 0.5, 0.5, -0.4, -0.4]));
        graph.init("sin", [tokens, 2], Float32Array.from([0, 0, 0.8, 0.8, 0.9, 0.9]));
        graph.node("Shape", ["x"], ["shape"]).node("Slice", ["shape", "zero", "two"], ["rows"]);
        heads(graph, "q", 2);
        heads(graph, "k", 1);
        heads(graph, "v", 1);
        rotary(graph, "q.heads", "q");
        rotary(graph, "k.heads", "k.turned");
        return weight(graph, "wo", [4, 4])
          .node("Concat", ["past", "k.turned"], ["k"], { axis: 2 })
          .init("repeat", [4], BigInt64Array.of(1n, 2n, 1n, 1n))
          .node("Expand", ["k", "repeat"], ["k.all"])
          .node("Expand", ["v.heads", "repeat"], ["v.all"])
          .node("Transpose", ["k.all"], ["k.t"], { perm: [0, 1, 3, 2] })
          .node("MatMul", ["q", "k.t"], ["scores"])
          .init("scale", [], Float32Array.of(Math.SQRT1_2))
          .node("Mul", ["scores", "scale"], ["scaled"])
          .node("Add", ["scaled", "mask"], ["masked"])
          .node("Softmax", ["masked"], ["weights"], { axis: -1 })
          .node("MatMul", ["weights", "v.all"], ["mixed"])
          .node("Transpose", ["mixed"], ["mixed.t"], { perm: [0, 2, 1, 3] })
          .node("Reshape", ["mixed.t", "shape"], ["joined"])
          .node("MatMul", ["joined", "wo"], ["out"])
          .node("Add", ["x", "out"], ["y"]);
      },
      // Attention needs ranks, as exports have them.
      shapes: ["sizes", "names"],
    });
  });

  it("a root-mean-square norm in single steps and a gated MLP", async () => {
    await expectGradients({
      feeds: { x: normals(createRng(11, "gated"), [1, 2, 4]) },
      build: (graph) => {
        for (const name of ["gate", "up"]) weight(graph, name, [4, 6]);
        return weight(graph, "down", [6, 4])
          .init("two", [], Float32Array.of(2))
          .init("last", [1], BigInt64Array.of(-1n))
          .init("epsilon", [], Float32Array.of(0.01))
          .init("one", [], Float32Array.of(1))
          .node("Pow", ["x", "two"], ["square"])
          .node("ReduceMean", ["square", "last"], ["mean"], { keepdims: 1 })
          .node("Add", ["mean", "epsilon"], ["safe"])
          .node("Sqrt", ["safe"], ["root"])
          .node("Div", ["one", "root"], ["inverse"])
          .node("Mul", ["x", "inverse"], ["norm"])
          .node("MatMul", ["norm", "gate"], ["g"])
          .node("Sigmoid", ["g"], ["s"])
          .node("Mul", ["g", "s"], ["swish"])
          .node("MatMul", ["norm", "up"], ["u"])
          .node("Mul", ["swish", "u"], ["product"])
          .node("MatMul", ["product", "down"], ["d"])
          .node("Add", ["x", "d"], ["y"]);
      },
    });
  });

  it("a layer norm, an MLP with GELU by Erf, and one projection by Gemm", async () => {
    await expectGradients({
      feeds: { x: normals(createRng(11, "gelu"), [3, 4]) },
      build: (graph) =>
        weight(weight(weight(weight(graph, "scale", [4]), "bias", [4]), "w1", [4, 6]), "w2", [6, 4])
          .init("root", [], Float32Array.of(Math.SQRT2))
          .init("one", [], Float32Array.of(1))
          .init("half", [], Float32Array.of(0.5))
          .node("LayerNormalization", ["x", "scale", "bias"], ["norm"])
          .node("Gemm", ["norm", "w1"], ["h"])
          .node("Div", ["h", "root"], ["r"])
          .node("Erf", ["r"], ["e"])
          .node("Add", ["e", "one"], ["e1"])
          .node("Mul", ["h", "e1"], ["m"])
          .node("Mul", ["m", "half"], ["a"])
          .node("MatMul", ["a", "w2"], ["d"])
          .node("Add", ["x", "d"], ["y"]),
    });
  });
});
