import { GraphBuilder } from "@/lib/onnx/build";
import { DATA_TYPE } from "@/lib/onnx/tensor";

/**
 * ONNX graph of the TopK encoder with weights as run-time inputs, so one session serves every SAE and every training
 * step: `x` [rows, d] minus `c` [d], times `W` [n, d] transposed plus `beta` [n], the `k` largest, ReLU.
 * Outputs `value` [rows, k] (z >= 0), `pre` [rows, k] (before the ReLU) and `index` [rows, k], largest first.
 * With `reluFirst` negatives tie at 0 before the selection, as dictionary_learning has it.
 */
export function topkEncoderGraph({ reluFirst = false } = {}): Uint8Array {
  const graph = new GraphBuilder("sae_topk_encoder")
    .input("x", "float32", ["rows", "d"])
    .input("c", "float32", ["d"])
    .input("W", "float32", ["n", "d"])
    .input("beta", "float32", ["n"])
    .input("k", "int64", [1])
    .node("Sub", ["x", "c"], ["xbar"])
    .node("Gemm", ["xbar", "W", "beta"], ["p"], { transB: 1 });
  if (reluFirst) graph.node("Relu", ["p"], ["candidates"]);
  return graph
    .node("TopK", [reluFirst ? "candidates" : "p", "k"], ["pre", "index64"], { axis: -1, largest: 1, sorted: 1 })
    .node("Relu", ["pre"], ["value"])
    .node("Cast", ["index64"], ["index"], { to: DATA_TYPE.int32 })
    .output("value", "float32", ["rows", "k"])
    .output("pre", "float32", ["rows", "k"])
    .output("index", "int32", ["rows", "k"])
    .toBytes();
}

/**
 * ONNX graph of an encoder with thresholds: what is above `theta` ([1] or [n]) of `x` [rows, d] minus `c` times `W` transposed plus
 * `beta`, as pairs in order of row and latent: `at` (row n + latent) and `value`. Only these leave the runtime, so a dense
 * [rows, n] is never copied. `next` and `nextIndex` [rows, m]: the largest of those that are not above.
 */
export function thresholdEncoderGraph(): Uint8Array {
  return new GraphBuilder("sae_threshold_encoder")
    .input("x", "float32", ["rows", "d"])
    .input("c", "float32", ["d"])
    .input("W", "float32", ["n", "d"])
    .input("beta", "float32", ["n"])
    .input("theta", "float32", ["thresholds"])
    .input("m", "int64", [1])
    .init("flat", [1], BigInt64Array.of(-1n))
    .init("lowest", [], Float32Array.of(-3e38))
    .node("Sub", ["x", "c"], ["xbar"])
    .node("Gemm", ["xbar", "W", "beta"], ["p"], { transB: 1 })
    .node("Greater", ["p", "theta"], ["above"])
    .node("Reshape", ["above", "flat"], ["flatAbove"])
    .node("Reshape", ["p", "flat"], ["flatP"])
    .node("NonZero", ["flatAbove"], ["place"])
    .node("Reshape", ["place", "flat"], ["at64"])
    .node("Gather", ["flatP", "at64"], ["value"], { axis: 0 })
    .node("Cast", ["at64"], ["at"], { to: DATA_TYPE.int32 })
    .node("Where", ["above", "lowest", "p"], ["below"])
    .node("TopK", ["below", "m"], ["next", "nextIndex64"], { axis: -1, largest: 1, sorted: 1 })
    .node("Cast", ["nextIndex64"], ["nextIndex"], { to: DATA_TYPE.int32 })
    .output("at", "int32", ["pairs"])
    .output("value", "float32", ["pairs"])
    .output("next", "float32", ["rows", "m"])
    .output("nextIndex", "int32", ["rows", "m"])
    .toBytes();
}

/**
 * Forward and backward of AuxK over the dead latents as one graph: u = relu(top-k of xbar W^T + beta), diff = u D - e,
 * gradients before the factor 2 alpha / Den. `all` skips the selection, for when every dead latent is kept.
 */
export function auxGraph({ all }: { all: boolean }): Uint8Array {
  const graph = new GraphBuilder("sae_auxk")
    .input("xbar", "float32", ["rows", "d"])
    .input("e", "float32", ["rows", "d"])
    .input("W", "float32", ["dead", "d"])
    .input("beta", "float32", ["dead"])
    .input("D", "float32", ["dead", "d"]);
  if (!all) graph.input("k", "int64", [1]);
  graph.node("Gemm", ["xbar", "W", "beta"], ["p"], { transB: 1 });
  if (all) graph.node("Relu", ["p"], ["u"]);
  else {
    graph
      .init("zero", [], Float32Array.of(0))
      .node("TopK", ["p", "k"], ["kept", "where"], { axis: -1, largest: 1, sorted: 0 })
      .node("Relu", ["kept"], ["keptPositive"])
      .node("Mul", ["p", "zero"], ["blank"])
      .node("ScatterElements", ["blank", "where", "keptPositive"], ["u"], { axis: 1 });
  }
  return graph
    .init("rowsAxis", [1], BigInt64Array.of(0n))
    .node("MatMul", ["u", "D"], ["ehat"])
    .node("Sub", ["ehat", "e"], ["diff"])
    .node("Gemm", ["diff", "D"], ["along"], { transB: 1 })
    .node("Sign", ["u"], ["active"])
    .node("Mul", ["along", "active"], ["q"])
    .node("Gemm", ["u", "diff"], ["gD"], { transA: 1 })
    .node("Gemm", ["q", "xbar"], ["gW"], { transA: 1 })
    .node("ReduceSum", ["q", "rowsAxis"], ["gBeta"], { keepdims: 0 })
    .output("diff", "float32", ["rows", "d"])
    .output("gD", "float32", ["dead", "d"])
    .output("gW", "float32", ["dead", "d"])
    .output("gBeta", "float32", ["dead"])
    .toBytes();
}

/** Rows per run of the encoder with thresholds: 8 MiB of pre-activations, which stay in the caches. */
export function rowsPerThresholdRun(n: number): number {
  return Math.max(16, Math.floor(2 ** 21 / n));
}

/** Rows per run such that the [rows, n] pre-activations stay below 128 MiB. */
export function rowsPerRun(n: number): number {
  return Math.max(1, Math.floor(2 ** 25 / n));
}
