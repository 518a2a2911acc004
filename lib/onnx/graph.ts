import type { GraphProto, ModelProto, NodeProto, TensorProto } from "@/lib/onnx/schema";

/** Who makes and who uses each tensor of a graph. Read-only: make a new one after an edit. */
export interface GraphView {
  graph: GraphProto;
  /** Tensor name -> the node that makes it. */
  producer: ReadonlyMap<string, NodeProto>;
  /** Tensor name -> nodes that read it, also from inside If and Loop bodies. */
  consumers: ReadonlyMap<string, readonly NodeProto[]>;
  initializer: ReadonlyMap<string, TensorProto>;
}

export function viewGraph(graph: GraphProto): GraphView {
  const producer = new Map<string, NodeProto>();
  const consumers = new Map<string, NodeProto[]>();
  for (const node of graph.node) {
    for (const name of node.output) if (name) producer.set(name, node);
    for (const name of nodeReads(node)) {
      const users = consumers.get(name);
      if (users) users.push(node);
      else consumers.set(name, [node]);
    }
  }
  const initializer = new Map(graph.initializer.map((tensor) => [tensor.name ?? "", tensor]));
  return { graph, producer, consumers, initializer };
}

/** The graph of a decoded model (which `decodeModel` has checked to exist). */
export function graphOf(model: ModelProto): GraphProto {
  return model.graph as GraphProto;
}

/** Every outer tensor a node reads, once: its inputs, and what the bodies it holds capture. */
export function nodeReads(node: NodeProto): Set<string> {
  const names = new Set(node.input.filter(Boolean));
  for (const attribute of node.attribute) {
    for (const body of attribute.g ? [attribute.g, ...attribute.graphs] : attribute.graphs) {
      for (const name of captured(body)) names.add(name);
    }
  }
  return names;
}

function captured(body: GraphProto): Set<string> {
  const own = new Set<string>();
  for (const value of body.input) own.add(value.name ?? "");
  for (const tensor of body.initializer) own.add(tensor.name ?? "");
  for (const node of body.node) for (const name of node.output) own.add(name);
  const reads = new Set<string>();
  for (const node of body.node) for (const name of nodeReads(node)) if (!own.has(name)) reads.add(name);
  for (const value of body.output) if (value.name && !own.has(value.name)) reads.add(value.name);
  return reads;
}

/** Every tensor with values that a graph holds: its initialisers, and those inside its nodes and their bodies. */
export function* tensorsOf(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const { attribute } of graph.node) {
    for (const { t, tensors, g, graphs } of attribute) {
      if (t) yield t;
      yield* tensors;
      for (const body of g ? [g, ...graphs] : graphs) yield* tensorsOf(body);
    }
  }
}

/** Integer attribute, or the operator's default. */
export function intAttribute(node: NodeProto, name: string, otherwise: number): number {
  const found = node.attribute.find((attribute) => attribute.name === name);
  return found?.i === undefined ? otherwise : Number(found.i);
}

/** A model that shares weights with `model` but may have its graph edited. */
export function editable(model: ModelProto): ModelProto {
  const graph = graphOf(model);
  return {
    ...model,
    graph: {
      ...graph,
      node: [...graph.node],
      initializer: [...graph.initializer],
      input: [...graph.input],
      output: [...graph.output],
      valueInfo: [...graph.valueInfo],
    },
  };
}
