import { float, makeNode } from "@/lib/onnx/build";
import { editable, graphOf } from "@/lib/onnx/graph";
import type { Attribute, ModelProto, NodeProto } from "@/lib/onnx/schema";

/** Norms that add the residual stream themselves, and the plain norm that each of them ends with. */
const FUSED: Record<string, { norm: string; weights: number; bias: number }> = {
  // input, skip, gamma, bias
  SkipSimplifiedLayerNormalization: { norm: "SimplifiedLayerNormalization", weights: 1, bias: 3 },
  // input, skip, gamma, beta, bias
  SkipLayerNormalization: { norm: "LayerNormalization", weights: 2, bias: 4 },
};

/**
 * Writes every com.microsoft norm that hides a residual sum as that sum and a plain norm, so that the stream is a tensor
 * in every export. The runtime fuses them again when it loads the graph. (Operators: onnxruntime ContribOperators.md.)
 */
export function unfuseResiduals(model: ModelProto): ModelProto {
  const unfused = editable(model);
  const graph = graphOf(unfused);
  graph.node = graph.node.flatMap((node) => (fusedOf(node) ? parts(node) : [node]));
  return unfused;
}

function fusedOf(node: NodeProto) {
  // Mean and inverse deviation are outputs 1 and 2; inference graphs leave them out.
  return node.output[1] || node.output[2] ? undefined : FUSED[node.opType ?? ""];
}

function parts(node: NodeProto): NodeProto[] {
  const { norm, weights, bias } = fusedOf(node) as (typeof FUSED)[string];
  const name = node.name || (node.output[0] ?? "");
  const sum = node.output[3] || `${name}/residual`;
  const [input = "", skip = ""] = node.input;
  const extra = node.input[bias];
  const added = extra ? `${name}/added` : sum;
  const adds = [makeNode("Add", [input, skip], [added], {}, `${name}/Add`)];
  if (extra) adds.push(makeNode("Add", [added, extra], [sum], {}, `${name}/AddBias`));
  const given = node.input.slice(2, 2 + weights).filter(Boolean);
  const attributes = { axis: -1, epsilon: float(epsilonOf(node.attribute)) };
  return [...adds, makeNode(norm, [sum, ...given], [node.output[0] ?? ""], attributes, `${name}/Norm`)];
}

function epsilonOf(attributes: readonly Attribute[]): number {
  return attributes.find(({ name }) => name === "epsilon")?.f ?? 1e-12;
}
