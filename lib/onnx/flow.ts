import { operatorName } from "@/lib/onnx/fact";
import { graphOf, nodeReads } from "@/lib/onnx/graph";
import type { Facts } from "@/lib/onnx/infer";
import { isFloat, isWhole } from "@/lib/onnx/infer-types";
import type { ModelProto, NodeProto } from "@/lib/onnx/schema";
import { DATA_TYPE } from "@/lib/onnx/tensor";

/** The ways along which a small change of one tensor moves another. */
export interface Flow {
  /** Tensors on a way, its ends included; empty when there is none. */
  tensors: ReadonlySet<string>;
  /** Nodes on a way, in the graph's order. */
  nodes: readonly NodeProto[];
}

/** Floats go in and come out, but a small change of the input changes nothing. */
const FLAT = new Set([
  "Floor",
  "Ceil",
  "Round",
  "Sign",
  "EyeLike",
  "RandomNormalLike",
  "RandomUniformLike",
  "Bernoulli",
]);

/** Whole numbers that stand for floats come out of these. */
const QUANTISED = new Set(["MatMulInteger", "ConvInteger"]);

/** True when a small change of input i can change the outputs. Of CastLike's second input only the type counts. */
export function counts(node: NodeProto, i: number): boolean {
  return i === 0 || operatorName(node) !== "CastLike";
}

function reads(node: NodeProto): Iterable<string> {
  return counts(node, 1) ? nodeReads(node) : node.input.slice(0, 1);
}

/**
 * Ways from any of the tensors `from` to `to`. Indices, sizes and masks carry nothing, and neither does a cast to whole
 * numbers; quantised values do, so that a quantised layer is found on the way and not silently skipped.
 */
export function flowBetween(model: ModelProto, facts: Facts, from: readonly string[], to: string): Flow {
  const nodes = graphOf(model).node.filter((node) => !isFlat(node, facts));
  const quantised = new Set(nodes.filter((node) => QUANTISED.has(operatorName(node))).flatMap((node) => node.output));
  const carries = (name: string) => name !== "" && (!isWhole(facts.of(name).type) || quantised.has(name));
  const reached = new Set(from.filter((name) => isFloat(facts.of(name).type ?? DATA_TYPE.float32)));
  for (const node of nodes) {
    if (!some(reads(node), reached)) continue;
    for (const name of node.output) if (carries(name)) reached.add(name);
  }
  const tensors = new Set([to].filter((name) => reached.has(name)));
  const backward: NodeProto[] = [];
  for (const node of nodes.toReversed()) {
    if (!some(node.output, tensors) || !some(reads(node), reached)) continue;
    backward.push(node);
    for (const name of reads(node)) if (reached.has(name)) tensors.add(name);
  }
  return { tensors, nodes: backward.toReversed() };
}

function isFlat(node: NodeProto, facts: Facts): boolean {
  const op = operatorName(node);
  return FLAT.has(op) || (op === "Cast" && !isFloat(facts.of(node.output[0] ?? "").type));
}

function some(names: Iterable<string>, set: ReadonlySet<string>): boolean {
  for (const name of names) if (set.has(name)) return true;
  return false;
}
