import { makeNode, valueInfo } from "@/lib/onnx/build";
import { editable, type GraphView, graphOf, viewGraph } from "@/lib/onnx/graph";
import type { ModelProto, NodeProto, TensorProto } from "@/lib/onnx/schema";
import { floatValues, tensorOf } from "@/lib/onnx/tensor";
import { unreadable } from "@/lib/onnx/wire";
import { type Matrix, matrix } from "@/lib/tensor/matrix";

/** Elementwise nodes that may stand between the unembedding product and the logits (casts, scaling, soft caps). */
const PASSES = new Set(["Cast", "Identity", "Mul", "Div", "Tanh"]);

/** Input, a scalar, that says of how many last tokens logits are wanted; so named by exports that have it themselves. */
export const LOGITS_TO_KEEP = "num_logits_to_keep";

function productBehind(view: GraphView, logits: string): NodeProto | undefined {
  let node = view.producer.get(logits);
  while (node && PASSES.has(node.opType ?? "")) node = view.producer.get(node.input[0] ?? "");
  return node?.opType === "MatMul" ? node : undefined;
}

/**
 * A model that computes `logits` for the last `LOGITS_TO_KEEP` tokens only, [batch,kept,vocab]: the vocabulary product of all
 * prompt tokens is a good part of a prefill. The same model where it has that input already; undefined when the graph does
 * not end in a MatMul: then all logits must be computed.
 */
export function lastLogits(model: ModelProto, logits = "logits"): ModelProto | undefined {
  if (graphOf(model).input.some(({ name }) => name === LOGITS_TO_KEEP)) return model;
  const product = productBehind(viewGraph(graphOf(model)), logits);
  if (!product) return undefined;
  const edited = editable(model);
  const graph = graphOf(edited);
  const at = graph.node.indexOf(product);
  const hidden = product.input[0] ?? "";
  const name = (part: string) => `fovea/last_logits/${part}`;
  const int64 = (part: string, value: bigint) => tensorOf(name(part), [1], BigInt64Array.of(value));
  graph.input.push(valueInfo(LOGITS_TO_KEEP, "int64", []));
  graph.initializer.push(int64("shape", 1n), int64("end", 2n ** 63n - 1n), int64("axis", 1n));
  graph.node.splice(
    at,
    1,
    makeNode("Reshape", [LOGITS_TO_KEEP, name("shape")], [name("kept")], {}, name("reshape")),
    makeNode("Neg", [name("kept")], [name("start")], {}, name("neg")),
    makeNode("Slice", [hidden, name("start"), name("end"), name("axis")], [name("hidden")], {}, name("slice")),
    { ...product, input: [name("hidden"), ...product.input.slice(1)] },
  );
  graph.valueInfo = [];
  return edited;
}

/** The constants that a graph's logits are made with. */
export interface Unembedding {
  /** [dModel, vocab], or transposed. */
  weight: TensorProto;
  transposed: boolean;
  /** Weight of the final norm, [dModel], where it has one. */
  norm: TensorProto | undefined;
}

/** @throws AppError MODEL_UNREADABLE when the graph does not end in a product with a constant matrix. */
export function findUnembedding(model: ModelProto, label: string, logits = "logits"): Unembedding {
  const view = viewGraph(graphOf(model));
  const product = productBehind(view, logits);
  const weight = product && constantBehind(view, product.input[1] ?? "");
  if (!product || !weight || weight.tensor.dims.length !== 2) {
    throw unreadable(label, "its logits are not a product with a constant matrix, so logit effects are not known");
  }
  const dModel = weight.tensor.dims[weight.transposed ? 1 : 0] ?? 0;
  return {
    weight: weight.tensor,
    transposed: weight.transposed,
    norm: normWeight(view, product.input[0] ?? "", dModel),
  };
}

/**
 * Unembedding with the final norm's weight folded in, [vocab,dModel]: row v times a residual direction is what that
 * direction adds to logit v, up to the norm's common positive factor.
 * @throws AppError MODEL_UNREADABLE when values are external or of a type that is not a float.
 */
export function foldUnembedding({ weight, transposed, norm }: Unembedding, label: string): Matrix {
  const [first = 0, second = 0] = weight.dims;
  const [dModel, vocab] = transposed ? [second, first] : [first, second];
  const values = floatValues(weight, label);
  const scale = norm && floatValues(norm, label);
  const out = matrix(vocab, dModel);
  for (let v = 0; v < vocab; v++) {
    for (let i = 0; i < dModel; i++) {
      const value = values[transposed ? v * dModel + i : i * vocab + v] as number;
      out.data[v * dModel + i] = value * (scale?.[i] ?? 1);
    }
  }
  return out;
}

/** The initialiser that a tensor is, seen through casts and transposes. */
function constantBehind(view: GraphView, name: string): { tensor: TensorProto; transposed: boolean } | undefined {
  let transposed = false;
  for (;;) {
    const tensor = view.initializer.get(name);
    if (tensor) return { tensor, transposed };
    const node = view.producer.get(name);
    if (!node || !["Cast", "Identity", "Transpose"].includes(node.opType ?? "")) return undefined;
    if (node.opType === "Transpose") transposed = !transposed;
    name = node.input[0] ?? "";
  }
}

/** Weight of the norm that makes `hidden`: the constant [dModel] of its last Mul, or the scale input of a norm node. */
function normWeight(view: GraphView, hidden: string, dModel: number): TensorProto | undefined {
  let node = view.producer.get(hidden);
  while (node && ["Cast", "Identity", "Add", "Slice"].includes(node.opType ?? "")) {
    node = view.producer.get(node.input.find((name) => !view.initializer.has(name)) ?? "");
  }
  for (const name of node?.input ?? []) {
    const constant = constantBehind(view, name);
    if (constant?.tensor.dims.length === 1 && constant.tensor.dims[0] === dModel) return constant.tensor;
  }
  return undefined;
}
