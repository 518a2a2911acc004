import { floatOutput, makeNode } from "@/lib/onnx/build";
import { editable, graphOf, nodeReads } from "@/lib/onnx/graph";
import { floatTypeOf } from "@/lib/onnx/infer";
import type { ModelProto } from "@/lib/onnx/schema";
import { detach } from "@/lib/onnx/splice";
import { prune } from "@/lib/onnx/tap";
import { DATA_TYPE } from "@/lib/onnx/tensor";

/** A model cut in two at a tensor. */
export interface Halves {
  /** Everything up to the tensor, which is an output in float32; outputs of the model that do not need it stay here. */
  prefix: ModelProto;
  /** What follows: the tensor is an input in float32; all other outputs of the model are here. */
  suffix: ModelProto;
}

/**
 * Cuts a model at a tensor, which both halves call `as`. Running one after the other gives the model's outputs; between
 * them the value can be changed. What both need (masks, rotary angles) is computed twice. Weights are shared.
 * @throws AppError INVALID_INPUT when no node makes the tensor.
 */
export function split(model: ModelProto, tensor: string, as: string): Halves {
  const behind = dependents(model, tensor);
  const prefix = editable(model);
  const before = graphOf(prefix);
  before.node.push(makeNode("Cast", [tensor], [as], { to: DATA_TYPE.float32 }, `fovea/split/${as}`));
  before.output = [floatOutput(as), ...before.output.filter(({ name }) => !behind.has(name ?? ""))];
  const suffix = editable(model);
  const after = graphOf(suffix);
  const at = detach(suffix, tensor, `fovea/split/${as}/before`);
  const cast = makeNode("Cast", [as], [tensor], { to: floatTypeOf(model, tensor) }, `fovea/split/${as}`);
  after.node.splice(at + 1, 0, cast);
  // Without a shape: towers may keep patches in two dimensions or three.
  after.input.push(floatOutput(as));
  after.output = after.output.filter(({ name }) => behind.has(name ?? ""));
  prune(prefix);
  prune(suffix);
  return { prefix, suffix };
}

/** The tensor and every tensor that is made from it. */
function dependents(model: ModelProto, tensor: string): Set<string> {
  const out = new Set([tensor]);
  for (const node of graphOf(model).node) {
    for (const name of nodeReads(node)) {
      if (!out.has(name)) continue;
      for (const made of node.output) out.add(made);
      break;
    }
  }
  return out;
}
