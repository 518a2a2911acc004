import { graphOf, viewGraph } from "@/lib/onnx/graph";
import type { ModelProto, NodeProto } from "@/lib/onnx/schema";

/** A place in the graph whose values can be read: the residual stream behind a block. */
export interface Site {
  /** `layers.N.resid_post` or, with a prefix, `vision.layers.N.resid_post`; N counts blocks from 0. */
  name: string;
  layer: number;
  /** The tensor that holds it. */
  tensor: string;
}

/** Block number in a node's name: /model/layers.3/self_attn/MatMul, /encoder/layer.3/..., /blocks/blocks.3/... */
const BLOCK = /(?:^|[/.])(?:layers?|blocks?|h|resblocks)[./](\d+)(?=[/.]|$)/;

/**
 * The residual streams of a transformer: for each block the sum that leaves it, found as the last Add whose name lies in
 * the block and whose value a node outside of the block reads (the next block, a final norm, a projector).
 * @param prefix "" for a decoder, "vision." for a tower.
 */
export function residualSites(model: ModelProto, prefix = ""): Site[] {
  const graph = graphOf(model);
  const { consumers } = viewGraph(graph);
  const outputs = new Set(graph.output.map((value) => value.name));
  const last = new Map<number, string>();
  for (const node of graph.node) {
    const layer = blockOf(node);
    const tensor = node.output[0];
    if (layer === undefined || tensor === undefined || node.opType !== "Add") continue;
    const leaves = outputs.has(tensor) || consumers.get(tensor)?.some((user) => blockOf(user) !== layer);
    if (leaves) last.set(layer, tensor);
  }
  return [...last]
    .sort(([a], [b]) => a - b)
    .map(([layer, tensor]) => ({ name: `${prefix}layers.${layer}.resid_post`, layer, tensor }));
}

function blockOf(node: NodeProto): number | undefined {
  const found = BLOCK.exec(node.name || node.output[0] || "");
  return found ? Number(found[1]) : undefined;
}
