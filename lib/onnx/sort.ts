import { editable, graphOf, nodeReads } from "@/lib/onnx/graph";
import type { ModelProto, NodeProto } from "@/lib/onnx/schema";

/**
 * The model with its nodes in an order in which every tensor is made before it is read; converters (ONNX Runtime's to
 * float16, for one) leave them in another, and runtimes sort for themselves. Nodes keep their order where they may; those
 * of a cycle stay at the end, for `checkModel` to name.
 */
export function sortNodes(model: ModelProto): ModelProto {
  const { node: nodes } = graphOf(model);
  const maker = new Map<string, NodeProto>();
  for (const node of nodes) for (const name of node.output) if (name) maker.set(name, node);
  const waits = new Map<NodeProto, number>();
  const users = new Map<NodeProto, NodeProto[]>();
  for (const node of nodes) {
    const before = new Set([...nodeReads(node)].flatMap((name) => maker.get(name) ?? []));
    waits.set(node, before.size);
    for (const other of before) users.set(other, [...(users.get(other) ?? []), node]);
  }
  const place = new Map(nodes.map((node, i) => [node, i]));
  if (nodes.every((node, i) => (users.get(node) ?? []).every((user) => (place.get(user) as number) > i))) return model;
  const sorted: NodeProto[] = [];
  const ready = nodes.filter((node) => waits.get(node) === 0);
  for (let node = ready.shift(); node; node = ready.shift()) {
    sorted.push(node);
    for (const user of users.get(node) ?? []) {
      const left = (waits.get(user) as number) - 1;
      waits.set(user, left);
      if (left === 0) ready.push(user);
    }
  }
  const done = new Set(sorted);
  const ordered = editable(model);
  graphOf(ordered).node = [...sorted, ...nodes.filter((node) => !done.has(node))];
  return ordered;
}
