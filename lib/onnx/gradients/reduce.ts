import { type Dim, listArgument } from "@/lib/onnx/fact";
import { expandLike, unsqueeze } from "@/lib/onnx/gradients/shaping";
import type { Rule, Step } from "@/lib/onnx/gradients/step";

/** Spreads a gradient of the reduced tensor over what was reduced. */
function spread(step: Step, grad: string): string {
  const { e } = step;
  const axes = step.ints("axes") ?? step.x(1);
  // Reduced over all axes it is a scalar, which broadcasts as it is.
  const aligned = step.int("keepdims", 1) === 1 || axes.length === 0 ? grad : unsqueeze(e, grad, axes);
  return expandLike(e, aligned, step.x());
}

/** How many elements went into one mean: a number where shapes tell it, else a scalar of the gradient's type. */
function count(step: Step): number | string {
  const { e, node } = step;
  const axes = listArgument(
    node,
    "axes",
    node.input.map((name) => e.fact(name)),
    1,
  );
  const dims = e.fact(step.x()).dims;
  const sizes: (Dim | undefined)[] = axes?.map((axis) => dims?.at(axis)) ?? [];
  if (sizes.length > 0 && sizes.every((size) => typeof size === "number")) {
    return (sizes as number[]).reduce((a, b) => a * b, 1);
  }
  return e.castLike(e.div(e.op("Size", [step.x()]), e.op("Size", [step.y()])), step.x());
}

/** Sums, means and lengths over axes. */
export const REDUCTIONS: Record<string, Rule> = {
  ReduceSum: (step) => [() => spread(step, step.dy)],
  ReduceSumSquare: (step) => [() => step.e.mul(step.x(), spread(step, step.e.mul(step.dy, 2)))],
  ReduceL2: (step) => [() => step.e.mul(step.x(), spread(step, step.e.div(step.dy, step.y())))],
  ReduceMean: (step) => [() => spread(step, step.e.div(step.dy, count(step)))],
  // Over all spatial axes, which it keeps.
  GlobalAveragePool: (step) => [() => spread(step, step.e.div(step.dy, count(step)))],
};
