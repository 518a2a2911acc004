import { AppError } from "@/lib/core/errors";
import type { Emitter } from "@/lib/onnx/gradients/emitter";

/** Since this operator set the axes of ReduceSum, Squeeze and Unsqueeze are inputs, and may be known at run time only. */
const AXES_AS_INPUT = 13;
/** Since this one those of ReduceMean too. */
const MEAN_AXES_AS_INPUT = 18;
const EINSUM = 12;

export function sum(e: Emitter, x: string, axes: readonly number[], keepdims: boolean): string {
  return reduce(e, "ReduceSum", AXES_AS_INPUT, x, axes, keepdims);
}

/** Mean over `axes`, which stay with size 1. */
export function mean(e: Emitter, x: string, axes: readonly number[]): string {
  return reduce(e, "ReduceMean", MEAN_AXES_AS_INPUT, x, axes, true);
}

function reduce(e: Emitter, op: string, since: number, x: string, axes: readonly number[], keepdims: boolean): string {
  const keep = { keepdims: keepdims ? 1 : 0 };
  return e.opset >= since ? e.op(op, [x, e.ints(axes)], keep) : e.op(op, [x], { axes, ...keep });
}

/** @param axes numbers, or a tensor of them (operator set 13 and later). */
export function unsqueeze(e: Emitter, x: string, axes: readonly number[] | string): string {
  if (typeof axes === "string") return e.op("Unsqueeze", [x, axes]);
  return e.opset >= AXES_AS_INPUT ? e.op("Unsqueeze", [x, e.ints(axes)]) : e.op("Unsqueeze", [x], { axes });
}

/** Shape of `x` as an int64 vector. */
export function shapeOf(e: Emitter, x: string): string {
  return e.op("Shape", [x]);
}

/** Sizes of `x` along `axes` (a tensor of axes), as an int64 vector. */
export function sizesOf(e: Emitter, x: string, axes: string): string {
  return e.op("Gather", [shapeOf(e, x), axes]);
}

/** Zeros of the type of `like`. */
export function zeros(e: Emitter, shape: string, like: string): string {
  return e.op("Expand", [e.scalar(0, like), shape]);
}

export function expandLike(e: Emitter, x: string, like: string): string {
  return sameShape(e, x, like) ? x : e.op("Expand", [x, shapeOf(e, like)]);
}

/** `x` in the shape of `like`, which has as many elements. */
export function reshapeLike(e: Emitter, x: string, like: string): string {
  if (sameShape(e, x, like)) return x;
  const dims = e.fact(like).dims;
  const names = dims?.filter((dim) => typeof dim === "string").length;
  // One size is left to the runtime: cheaper than asking for the shape, and `like` need not stay in memory.
  if (dims && names === 1 && !dims.includes(0)) {
    return e.op("Reshape", [x, e.ints(dims.map((dim) => (typeof dim === "string" ? -1 : dim)))]);
  }
  // In an empty tensor a size of 0 must not mean "copy this size".
  return e.op("Reshape", [x, shapeOf(e, like)], e.opset >= 14 ? { allowzero: 1 } : {});
}

function sameShape(e: Emitter, x: string, like: string): boolean {
  const [a, b] = [e.fact(x).dims, e.fact(like).dims];
  return a !== undefined && a.length === b?.length && a.every((dim, i) => dim === b[i]);
}

/** Swaps the last two axes. */
export function transposeLast(e: Emitter, x: string): string {
  const rank = e.fact(x).dims?.length;
  if (rank === undefined) {
    requireOpset(e, EINSUM);
    return e.op("Einsum", [x], { equation: "...ij->...ji" });
  }
  const perm = Array.from({ length: rank }, (_, i) => i);
  return e.op("Transpose", [x], { perm: [...perm.slice(0, -2), rank - 1, rank - 2] });
}

/**
 * Sums `grad` over the axes along which `target` was broadcast, so that it has the shape of `target`. What the shapes
 * prove costs nothing or a plain sum; otherwise the axes are found at run time.
 * @throws AppError MODEL_UNREADABLE when they must be and the operator set (below 13) has no means for it.
 */
export function unbroadcast(e: Emitter, grad: string, target: string): string {
  const [from, to] = [e.fact(grad).dims, e.fact(target).dims];
  if (!from || !to) return unbroadcastAtRunTime(e, grad, target);
  const lead = from.length - to.length;
  const axes: number[] = [];
  for (const [i, size] of from.entries()) {
    const wanted = i < lead ? 1 : to[i - lead];
    if (i < lead || (wanted === 1 && size !== 1)) axes.push(i);
    // A number above 1 was not broadcast, and equal names are equal sizes. Another name may be 1 at run time.
    else if (typeof wanted === "string" && wanted !== size) return unbroadcastAtRunTime(e, grad, target);
  }
  if (axes.length === 0) return grad;
  if (lead === 0) return sum(e, grad, axes, true);
  const summed = sum(e, grad, axes, false);
  return axes.length === lead ? summed : reshapeLike(e, summed, target);
}

function unbroadcastAtRunTime(e: Emitter, grad: string, target: string): string {
  requireOpset(e, AXES_AS_INPUT);
  const [from, to] = [shapeOf(e, grad), shapeOf(e, target)];
  const missing = e.sub(shapeOf(e, from), shapeOf(e, to));
  const sameRank = e.fact(missing).value?.[0] === 0;
  const aligned = sameRank ? to : e.op("Concat", [e.op("Expand", [e.ints([1]), missing]), to], { axis: 0 });
  const differs = e.op("Not", [e.op("Equal", [from, aligned])]);
  const axes = e.op("Squeeze", [e.op("NonZero", [differs]), e.ints([0])]);
  return reshapeLike(e, e.op("ReduceSum", [grad, axes], { keepdims: 1, noop_with_empty_axes: 1 }), target);
}

/** @throws AppError MODEL_UNREADABLE for a graph too old to express what depends on shapes known at run time only. */
function requireOpset(e: Emitter, since: number): void {
  if (e.opset >= since) return;
  throw new AppError(
    "MODEL_UNREADABLE",
    `Gradients need shapes that are known only at run time, which operator set ${e.opset} cannot express: export the ` +
      `model again with operator set ${since} or later. Tap and steer still work.`,
  );
}

/** Adds zeros at, or for negative counts cuts from, both ends of the axes; `begin` and `end` count for every axis. */
export function pad(e: Emitter, x: string, begin: string, end: string): string {
  const pads = e.op("Concat", [begin, end], { axis: 0 });
  return e.fact(pads).value?.every((count) => count === 0) ? x : e.op("Pad", [x, pads, e.scalar(0, x)]);
}
