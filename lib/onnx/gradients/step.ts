import { AppError } from "@/lib/core/errors";
import { operatorName } from "@/lib/onnx/fact";
import type { Emitter } from "@/lib/onnx/gradients/emitter";
import { unbroadcast } from "@/lib/onnx/gradients/shaping";
import { intAttribute } from "@/lib/onnx/graph";
import { isFloat } from "@/lib/onnx/infer-types";
import type { Attribute, NodeProto } from "@/lib/onnx/schema";
import { elementCount, floatValues, isExternal } from "@/lib/onnx/tensor";

/**
 * How gradients pass backward through one operator: for each input, in order, what emits its gradient, which has the
 * input's type and shape; undefined, or a missing entry, where there is no rule. Only what is asked for is called.
 */
export type Rule = (step: Step) => readonly ((() => string) | undefined)[];

/** One node on the way back. */
export class Step {
  constructor(
    readonly node: NodeProto,
    readonly e: Emitter,
    /** Gradients of the outputs; undefined where none arrived. */
    readonly grads: readonly (string | undefined)[],
  ) {}

  /** Gradient of the first output, for operators of which only that one counts. */
  get dy(): string {
    const [first, ...others] = this.grads;
    if (first === undefined || others.some(Boolean)) throw noGradient(this.node, "through its second or later output");
    return first;
  }

  /** Name of input i; "" when it is left out. */
  x(i = 0): string {
    return this.node.input[i] ?? "";
  }

  y(): string {
    return this.node.output[0] ?? "";
  }

  /** `grad`, with the shape of the broadcast result, summed to the shape of input i. */
  fit(grad: string, i: number): string {
    return unbroadcast(this.e, grad, this.x(i));
  }

  /** Value of input i when it is a constant of one element. */
  scalar(i: number): number | undefined {
    const { constant, value, type } = this.e.fact(this.x(i));
    if (value) return value.length === 1 && typeof value[0] === "number" ? value[0] : undefined;
    if (!constant || elementCount(constant.dims) !== 1 || isExternal(constant) || !isFloat(type)) return undefined;
    return floatValues(constant, "The model")[0];
  }

  int(name: string, otherwise: number): number {
    return intAttribute(this.node, name, otherwise);
  }

  float(name: string, otherwise: number): number {
    return this.attribute(name)?.f ?? otherwise;
  }

  ints(name: string): number[] | undefined {
    return this.attribute(name)?.ints.map(Number);
  }

  text(name: string, otherwise: string): string {
    const bytes = this.attribute(name)?.s;
    return bytes ? new TextDecoder().decode(bytes) : otherwise;
  }

  private attribute(name: string): Attribute | undefined {
    return this.node.attribute.find((attribute) => attribute.name === name);
  }

  /** The axes from `axis` to the last one; from the end when the rank is not known. */
  axesFrom(axis: number): number[] {
    const rank = this.e.fact(this.x()).dims?.length;
    const start = axis >= 0 && rank !== undefined ? axis - rank : axis;
    if (start >= 0) throw noGradient(this.node, "along an axis counted from the front of a tensor of unknown rank");
    return Array.from({ length: -start }, (_, i) => start + i);
  }
}

/** An operator, or one form of it, without a rule. @param form completes "no gradient rule for <operator> ...". */
export function noGradient(node: NodeProto, form?: string): AppError {
  const what = form ? `${operatorName(node)} ${form}` : operatorName(node);
  return new AppError(
    "MODEL_UNREADABLE",
    `There is no gradient rule for ${what} (node "${node.name || node.output.find(Boolean)}"): ` +
      "what needs gradients cannot be had at this site, but tap and steer still work there.",
  );
}

/** The same for all operators that share a formula. */
export function table(names: string, rule: Rule): Record<string, Rule> {
  return Object.fromEntries(names.split(" ").map((name) => [name, rule]));
}

/** Computes once, on the first call. */
export function once<T>(compute: () => T): () => T {
  let held: { value: T } | undefined;
  return () => {
    held ??= { value: compute() };
    return held.value;
  };
}
