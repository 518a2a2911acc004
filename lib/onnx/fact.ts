import { intAttribute } from "@/lib/onnx/graph";
import type { NodeProto, TensorProto } from "@/lib/onnx/schema";

/** A size: a number, or an expression in sizes known at run time, never negative. Equal text means equal size. */
export type Dim = number | string;

/** What is known about a tensor before the graph runs; absent: not known. */
export interface Fact {
  /** Number of DATA_TYPE. */
  type?: number;
  dims?: readonly Dim[];
  /** Elements, row-major, of a small tensor of whole numbers (booleans as 0 and 1). */
  value?: readonly (Dim | undefined)[];
  /** The tensor itself when it is an initialiser or a Constant node's. */
  constant?: TensorProto;
}

/** Longer integer tensors are data, not shapes. */
export const MAX_VALUES = 64;

/** ONNX operator with its domain, as errors and rule tables name it: `MatMul`, `com.microsoft.QuickGelu`. */
export function operatorName(node: NodeProto): string {
  const { domain = "", opType = "" } = node;
  return domain === "" || domain === "ai.onnx" ? opType : `${domain}.${opType}`;
}

/** Integers that a node names by an attribute in old operator sets and by input `at` in new ones; undefined: unknown. */
export function listArgument(node: NodeProto, name: string, inputs: readonly Fact[], at: number) {
  const attribute = node.attribute.find((entry) => entry.name === name);
  if (attribute) return attribute.ints.map(Number);
  const value = inputs[at]?.value;
  return value?.every((item) => typeof item === "number") ? (value as readonly number[]) : undefined;
}

/** An axis attribute as a non-negative number. */
export function axisAttribute(node: NodeProto, rank: number, otherwise: number): number {
  const axis = intAttribute(node, "axis", otherwise);
  return axis < 0 ? axis + rank : axis;
}
