import type { Fact } from "@/lib/onnx/fact";
import { intAttribute } from "@/lib/onnx/graph";
import type { NodeProto } from "@/lib/onnx/schema";
import { DATA_TYPE } from "@/lib/onnx/tensor";

const { float32, float16, float64, bfloat16, int64, int32, bool, uint8 } = DATA_TYPE;
const FLOATS = new Set<number | undefined>([float32, float16, float64, bfloat16]);

/** True for the types that gradients have. */
export function isFloat(type: number | undefined): boolean {
  return FLOATS.has(type);
}

/** True for the types of indices, sizes and masks, through which no gradient flows. Quantised values are not of them. */
export function isWhole(type: number | undefined): boolean {
  return type === int64 || type === int32 || type === bool;
}

/** Operators whose outputs have one type whatever goes in. */
const FIXED = new Map<string, readonly number[]>([
  ...["Shape", "Size", "NonZero", "ArgMax", "ArgMin"].map((op) => [op, [int64]] as const),
  ...["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"].map((op) => [op, [bool]] as const),
  ...["Not", "And", "Or", "Xor", "IsNaN", "IsInf"].map((op) => [op, [bool]] as const),
  ["MatMulInteger", [int32]],
  ["ConvInteger", [int32]],
  ["DynamicQuantizeLinear", [uint8, float32, uint8]],
]);

/** Operators whose output has the type of an input that is not the first. */
const LIKE = new Map([
  ["CastLike", 1],
  ["DequantizeLinear", 1],
  ["OneHot", 2],
  ["Where", 1],
]);

/** Operators whose second output is an index or a mask. */
const SECOND = new Map<string, number>([
  ["TopK", int64],
  ["MaxPool", int64],
  ["Dropout", bool],
]);

/** Type of a node's output; for operators that nobody told us about that of its first floating-point input. */
export function inferType(node: NodeProto, inputs: readonly Fact[], output: number): number | undefined {
  // What a branch or loop gives is in its bodies.
  if (node.attribute.some(({ g, graphs }) => g || graphs.length > 0)) return undefined;
  const op = node.opType ?? "";
  const fixed = FIXED.get(op);
  if (fixed) return fixed[output];
  if (output === 1 && SECOND.has(op)) return SECOND.get(op);
  if (LIKE.has(op)) return inputs[LIKE.get(op) as number]?.type;
  switch (op) {
    case "Cast":
      return intAttribute(node, "to", float32);
    case "QuantizeLinear":
      return inputs[2]?.type ?? uint8;
    case "ConstantOfShape":
      return node.attribute.find(({ name }) => name === "value")?.t?.dataType ?? float32;
    default:
      return (inputs.find(({ type }) => isFloat(type)) ?? inputs[0])?.type;
  }
}
