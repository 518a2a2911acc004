import { type GraphView, graphOf, viewGraph } from "@/lib/onnx/graph";
import type { ModelProto, NodeProto } from "@/lib/onnx/schema";

/** A place in the graph whose values can be read: the residual stream behind a block. */
export interface Site {
  /** `layers.N.resid_post` or, with a prefix, `vision.layers.N.resid_post`; N counts blocks from 0. */
  name: string;
  layer: number;
  /** The tensor that holds it. */
  tensor: string;
}

/** A link of the residual stream: the sum, and what its block adds to the stream there. */
interface Link {
  sum: string;
  branch: string;
}

/** Block number in a node's name: /model/layers.3/self_attn/MatMul, /encoder/layer.3/..., /blocks/blocks.3/... */
const BLOCK = /(?:^|[/.])(?:layers?|blocks?|h|resblocks)[./](\d+)(?=[/.]|$)/;

/**
 * The residual streams of a transformer. A residual block is a sum of what came in and what the block made of it, so the
 * stream is the longest chain of sums in the graph; a sum belongs to the block that its other operand was made in, known by
 * the module path in node names, or, in exports without names, by counting two sums a block.
 * Norms with a sum inside must have been taken apart (`unfuseResiduals`).
 * @param prefix "" for a decoder, "vision." for a tower.
 */
export function residualSites(model: ModelProto, prefix = ""): Site[] {
  const view = viewGraph(graphOf(model));
  const chain = longestChain(view);
  const last = lastOfBlocks(view, chain) ?? everySecond(chain);
  return last.map((tensor, layer) => ({ name: `${prefix}layers.${layer}.resid_post`, layer, tensor }));
}

/** The longest chain of sums, each an operand of the next, by dynamic programming in the order of the nodes. */
function longestChain(view: GraphView): Link[] {
  const best = new Map<string, { length: number; before: string | undefined; branch: string }>();
  let end: string | undefined;
  for (const node of view.graph.node) {
    const sum = node.output[0];
    if (node.opType !== "Add" || !sum) continue;
    const [a = "", b = ""] = node.input;
    const candidates = [
      { through: a, branch: b },
      { through: b, branch: a },
    ].map(({ through, branch }) => {
      const before = behindCasts(view, through);
      return { length: (best.get(before)?.length ?? 0) + 1, before: best.has(before) ? before : undefined, branch };
    });
    // A block's own sums (gates, biases) may be longer than a short stream before it, but never than the stream behind it.
    const [first, second] = candidates as [(typeof candidates)[0], (typeof candidates)[0]];
    const chosen = second.length > first.length ? second : first;
    best.set(sum, chosen);
    if (end === undefined || chosen.length > (best.get(end)?.length ?? 0)) end = sum;
  }
  const chain: Link[] = [];
  for (let sum = end; sum !== undefined; sum = best.get(sum)?.before) {
    chain.unshift({ sum, branch: best.get(sum)?.branch ?? "" });
  }
  return chain;
}

/** The last sum of each block 0, 1, 2, ...; undefined when the names do not number the blocks so. */
function lastOfBlocks(view: GraphView, chain: readonly Link[]): string[] | undefined {
  const last = new Map<number, string>();
  let layer: number | undefined;
  for (const { sum, branch } of chain) {
    const maker = view.producer.get(behindCasts(view, branch));
    // A constant (a bias) belongs to what it is added to.
    if (maker) layer = blockOf(maker);
    if (layer !== undefined) last.set(layer, sum);
  }
  const found = Array.from({ length: last.size }, (_, layer) => last.get(layer));
  return found.length > 0 && found.every((sum) => sum !== undefined) ? found : undefined;
}

function everySecond(chain: readonly Link[]): string[] {
  return chain.filter((_, i) => (chain.length - 1 - i) % 2 === 0).map(({ sum }) => sum);
}

function behindCasts(view: GraphView, name: string): string {
  for (let node = view.producer.get(name); node; node = view.producer.get(name)) {
    if (node.opType !== "Cast" && node.opType !== "Identity") break;
    name = node.input[0] ?? "";
  }
  return name;
}

function blockOf(node: NodeProto): number | undefined {
  const found = BLOCK.exec(node.name ?? "") ?? BLOCK.exec(node.output[0] ?? "");
  return found ? Number(found[1]) : undefined;
}
