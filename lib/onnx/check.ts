import { graphOf, nodeReads } from "@/lib/onnx/graph";
import type { GraphProto, ModelProto, TensorProto } from "@/lib/onnx/schema";
import { elementCount, isExternal, rawBytes } from "@/lib/onnx/tensor";
import { unreadable } from "@/lib/onnx/wire";

/**
 * Checks that a decoded model is a graph that a runtime can be given: every tensor is made once and before it is read, and
 * weights have the bytes that their shapes need. A runtime that is handed other graphs may allocate what a hostile shape
 * says, or worse.
 * @throws AppError MODEL_UNREADABLE naming the first node or tensor that is wrong.
 */
export function checkModel(model: ModelProto, label: string): void {
  checkGraph(graphOf(model), new Set(), label);
}

function checkGraph(graph: GraphProto, outer: ReadonlySet<string>, label: string): void {
  const known = new Set(outer);
  for (const tensor of graph.initializer) {
    checkTensor(tensor, label);
    known.add(tensor.name ?? "");
  }
  for (const { name = "" } of graph.input) known.add(name);
  for (const node of graph.node) {
    const name = node.name || node.output[0] || "";
    if (!node.opType) throw unreadable(label, `node "${name}" names no operator`);
    for (const read of nodeReads(node)) {
      if (!known.has(read)) throw unreadable(label, `node "${name}" reads "${read}", which nothing before it makes`);
    }
    for (const { t, tensors, g, graphs } of node.attribute) {
      for (const tensor of t ? [t, ...tensors] : tensors) checkTensor(tensor, label);
      for (const body of g ? [g, ...graphs] : graphs) checkGraph(body, known, label);
    }
    for (const made of node.output) {
      if (made && known.has(made) && !outer.has(made)) throw unreadable(label, `"${made}" is made twice`);
      known.add(made);
    }
  }
  for (const { name = "" } of graph.output) {
    if (!known.has(name)) throw unreadable(label, `nothing makes the output "${name}"`);
  }
}

function checkTensor(tensor: TensorProto, label: string): void {
  const count = elementCount(tensor.dims);
  if (!(tensor.dims.every((dim) => dim >= 0) && Number.isSafeInteger(count))) {
    throw unreadable(label, `tensor "${tensor.name}" has the shape [${tensor.dims}]`);
  }
  const needed = rawBytes(tensor);
  if (needed === undefined || isExternal(tensor)) return;
  const { rawData, floatData, int32Data, int64Data, doubleData } = tensor;
  const typed = [floatData, int32Data, int64Data, doubleData].reduce((sum, list) => sum + list.length, 0);
  // Two values of 4 bits share one number of a typed list.
  if (rawData ? rawData.length !== needed : typed !== Math.min(count, needed)) {
    const has = rawData ? `${rawData.length} bytes` : `${typed} values`;
    throw unreadable(label, `tensor "${tensor.name}" has ${has}, which its shape [${tensor.dims}] does not fit`);
  }
}
