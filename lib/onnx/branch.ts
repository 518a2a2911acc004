import { editable, graphOf } from "@/lib/onnx/graph";
import type { Attribute, GraphProto, ModelProto, NodeProto } from "@/lib/onnx/schema";
import { prune } from "@/lib/onnx/tap";

/** The input by which older "merged" exports choose between their two graphs: with a cache, or before there is one. */
export const CACHE_BRANCH = "use_cache_branch";

/** True for exports that hold two decoders in the branches of an If. */
export function hasBranches(model: ModelProto): boolean {
  return graphOf(model).input.some(({ name }) => name === CACHE_BRANCH);
}

/**
 * One of the two graphs of a merged export, as a plain graph: every If on `use_cache_branch` is replaced by the branch
 * that it takes for `value`.
 */
export function chooseBranch(model: ModelProto, value: boolean): ModelProto {
  const chosen = editable(model);
  const graph = graphOf(chosen);
  graph.node = graph.node.flatMap((node) => {
    if (node.opType !== "If" || node.input[0] !== CACHE_BRANCH) return [node];
    const body = bodyOf(node, value ? "then_branch" : "else_branch");
    graph.initializer.push(...body.initializer);
    return renamed(body, node);
  });
  graph.input = graph.input.filter(({ name }) => name !== CACHE_BRANCH);
  prune(chosen);
  return chosen;
}

function bodyOf(node: NodeProto, name: string): GraphProto {
  return node.attribute.find((attribute) => attribute.name === name)?.g as GraphProto;
}

/** The body's nodes, with the If's names for what they give out. */
function renamed(body: GraphProto, node: NodeProto): NodeProto[] {
  const names = new Map(body.output.map(({ name = "" }, i) => [name, node.output[i] ?? ""]));
  const rename = (name: string): string => names.get(name) ?? name;
  const inside = (attribute: Attribute): Attribute => ({
    ...attribute,
    ...(attribute.g ? { g: reads(attribute.g, rename) } : {}),
    graphs: attribute.graphs.map((g) => reads(g, rename)),
  });
  const nodes = body.node.map((inner) => ({
    ...inner,
    input: inner.input.map(rename),
    output: inner.output.map(rename),
    attribute: inner.attribute.map(inside),
  }));
  // A branch may hand a value of the outer graph straight on.
  const made = new Set(nodes.flatMap((inner) => inner.output));
  const passed = [...names].filter(([, to]) => !made.has(to));
  return [
    ...nodes,
    ...passed.map(([from, to]) => ({
      opType: "Identity",
      name: `${to}/passed`,
      input: [from],
      output: [to],
      attribute: [],
    })),
  ];
}

/** A nested body that reads renamed values. */
function reads(body: GraphProto, rename: (name: string) => string): GraphProto {
  return { ...body, node: body.node.map((node) => ({ ...node, input: node.input.map(rename) })) };
}
