import { AppError } from "@/lib/core/errors";
import { floatOutput, makeNode } from "@/lib/onnx/build";
import { editable, graphOf, nodeReads, viewGraph } from "@/lib/onnx/graph";
import type { ModelProto, NodeProto } from "@/lib/onnx/schema";
import { DATA_TYPE } from "@/lib/onnx/tensor";

/**
 * Removes from `model`, in place, every node, initialiser and input that the graph's outputs do not need; nothing can
 * be left that has no reader. Order of nodes is kept.
 */
export function prune(model: ModelProto): void {
  const graph = graphOf(model);
  const { producer } = viewGraph(graph);
  const needed = new Set<string>();
  const kept = new Set<NodeProto>();
  const open = graph.output.map((value) => value.name ?? "");
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const node = producer.get(name);
    if (!node || kept.has(node)) continue;
    kept.add(node);
    open.push(...nodeReads(node));
  }
  graph.node = graph.node.filter((node) => kept.has(node));
  graph.initializer = graph.initializer.filter((tensor) => needed.has(tensor.name ?? ""));
  graph.input = graph.input.filter((value) => needed.has(value.name ?? ""));
  graph.valueInfo = graph.valueInfo.filter((value) => needed.has(value.name ?? ""));
}

/**
 * The part of a model that leads to one tensor: a new model with the only output `as`, equal to `tensor` cast to
 * float32, without anything that lies beyond it. Weights are shared, not copied.
 * @throws AppError INVALID_INPUT when the graph has no such tensor.
 */
export function tap(model: ModelProto, tensor: string, as: string): ModelProto {
  if (!viewGraph(graphOf(model)).producer.has(tensor)) {
    throw new AppError("INVALID_INPUT", `The graph has no tensor "${tensor}": choose one that a node makes.`);
  }
  const tapped = editable(model);
  const graph = graphOf(tapped);
  // The cast costs nothing on float32 and makes the output's name and type certain for any export.
  graph.node.push(makeNode("Cast", [tensor], [as], { to: DATA_TYPE.float32 }, `fovea/tap/${as}`));
  graph.output = [floatOutput(as)];
  prune(tapped);
  return tapped;
}

/** A new model with only the outputs that `keep` accepts, pruned. */
export function keepOutputs(model: ModelProto, keep: (name: string) => boolean): ModelProto {
  const reduced = editable(model);
  const graph = graphOf(reduced);
  graph.output = graph.output.filter((value) => keep(value.name ?? ""));
  prune(reduced);
  return reduced;
}
