import { AppError } from "@/lib/core/errors";
import { GraphBuilder, makeNode } from "@/lib/onnx/build";
import { editable, graphOf } from "@/lib/onnx/graph";
import { floatTypeOf } from "@/lib/onnx/infer";
import type { ModelProto, NodeProto } from "@/lib/onnx/schema";
import { DATA_TYPE } from "@/lib/onnx/tensor";

/** Names of a body's ends: what it reads of the model, and what the model reads of it. */
export const SITE_IN = "site";
export const SITE_OUT = "edited";

/**
 * Puts a graph in the way of a tensor: `body` reads its value as `site` (float32) and everything that read the tensor
 * reads `edited` instead, in the tensor's own type. Other inputs and outputs of the body become inputs and outputs of the
 * model under their own names. Weights are shared, not copied.
 * @throws AppError INVALID_INPUT when no node makes the tensor, or a name of the body is taken.
 */
export function splice(model: ModelProto, tensor: string, body: ModelProto): ModelProto {
  const spliced = editable(model);
  const graph = graphOf(spliced);
  const inner = graphOf(body);
  const label = `fovea/splice/${tensor}`;
  const open = [...inner.input, ...inner.output]
    .map(({ name = "" }) => name)
    .filter((n) => n !== SITE_IN && n !== SITE_OUT);
  const taken = [...graph.input, ...graph.output].find(({ name }) => open.includes(name ?? ""));
  if (taken)
    throw new AppError("INVALID_INPUT", `The graph has an input or output "${taken.name}" already: splice once.`);
  const at = detach(spliced, tensor, `${label}/before`);
  const inside = (name: string): string => (name === "" || open.includes(name) ? name : `${label}/${name}`);
  const nodes = inner.node.map((node) => ({
    ...node,
    name: inside(node.name ?? ""),
    input: node.input.map(inside),
    output: node.output.map(inside),
  }));
  const type = floatTypeOf(model, tensor);
  graph.node.splice(
    at + 1,
    0,
    makeNode("Cast", [`${label}/before`], [inside(SITE_IN)], { to: DATA_TYPE.float32 }, `${label}/in`),
    ...nodes,
    makeNode("Cast", [inside(SITE_OUT)], [tensor], { to: type }, `${label}/out`),
  );
  graph.initializer.push(...inner.initializer.map((t) => ({ ...t, name: inside(t.name ?? "") })));
  graph.input.push(...inner.input.filter(({ name }) => name !== SITE_IN));
  graph.output.push(...inner.output.filter(({ name }) => name !== SITE_OUT));
  return spliced;
}

/** Adds the run-time input `input` (float32, broadcast over [batch, tokens, d]) to a tensor: the simplest steering. */
export function spliceDelta(model: ModelProto, tensor: string, input = "site_delta"): ModelProto {
  const shape = ["delta_batch", "delta_tokens", "delta_width"];
  const body = new GraphBuilder("delta")
    .input(SITE_IN, "float32", ["batch", "tokens", "width"])
    .input(input, "float32", shape)
    .node("Add", [SITE_IN, input], [SITE_OUT])
    .output(SITE_OUT, "float32", ["batch", "tokens", "width"])
    .toModel();
  return splice(model, tensor, body);
}

/**
 * Takes a tensor's name away from the node that makes it, in place, so that another node can make it: the value is
 * called `aside` from here on. Returns the node's place.
 */
export function detach(model: ModelProto, tensor: string, aside: string): number {
  const { node } = graphOf(model);
  const at = node.findIndex((made) => made.output.includes(tensor));
  if (at < 0) throw new AppError("INVALID_INPUT", `The graph has no tensor "${tensor}": choose one that a node makes.`);
  const maker = node[at] as NodeProto;
  node[at] = { ...maker, output: maker.output.map((name) => (name === tensor ? aside : name)) };
  return at;
}
