import type { Emitter } from "@/lib/onnx/gradients/emitter";
import { pad, shapeOf, sizesOf, sum } from "@/lib/onnx/gradients/shaping";
import { noGradient, type Rule, type Step } from "@/lib/onnx/gradients/step";

/** How a window moves, with one entry for each spatial axis. */
interface Window {
  rank: number;
  strides: readonly number[];
  dilations: readonly number[];
  /** Padding before the first element. */
  begins: readonly number[];
}

function windowOf(step: Step, rank: number): Window {
  const mode = step.text("auto_pad", "NOTSET");
  if (mode.startsWith("SAME")) throw noGradient(step.node, `with auto_pad ${mode}`);
  const ones = new Array<number>(rank).fill(1);
  const pads = mode === "NOTSET" ? step.ints("pads") : undefined;
  return {
    rank,
    strides: step.ints("strides") ?? ones,
    dilations: step.ints("dilations") ?? ones,
    begins: pads?.slice(0, rank) ?? ones.map(() => 0),
  };
}

/**
 * Spreads `dy` [batch, channels, ...] back over the windows that it came from, in the spatial size of `like`. The
 * transposed convolution covers the padded input up to the last window; padding and what no window reached are put
 * right after it, so that sizes may be known at run time only.
 */
function spread(e: Emitter, dy: string, kernel: string, group: number, window: Window, like: string): string {
  const { rank, strides, dilations, begins } = window;
  const full = e.op("ConvTranspose", [dy, kernel], { strides, dilations, group });
  const axes = e.ints(Array.from({ length: rank }, (_, i) => i + 2));
  const begin = e.ints(begins.map((count) => -count));
  const missing = e.sub(sizesOf(e, like, axes), sizesOf(e, full, axes));
  const channels = e.ints([0, 0]);
  const onAll = (counts: string) => e.op("Concat", [channels, counts], { axis: 0 });
  return pad(e, full, onAll(begin), onAll(e.sub(missing, begin)));
}

const conv: Rule = (step) => {
  const { e, dy } = step;
  const rank = spatialRank(step, step.x(1));
  return [
    () => spread(e, dy, step.x(1), step.int("group", 1), windowOf(step, rank), step.x(0)),
    // Weights are constants in every model that is explained; a gradient through them has no rule.
    undefined,
    () => sum(e, dy, [0, ...Array.from({ length: rank }, (_, i) => i + 2)], false),
  ];
};

/** A mean over windows is a convolution of each channel with equal weights. */
const averagePool: Rule = (step) => {
  const { e, dy, node } = step;
  const kernel = step.ints("kernel_shape") ?? [];
  const window = windowOf(step, kernel.length);
  const padded = step.ints("pads")?.some((count) => count !== 0) && step.int("count_include_pad", 0) === 0;
  if (padded || step.int("ceil_mode", 0) === 1) throw noGradient(node, "with windows that reach over the border");
  return [
    () => {
      const size = kernel.reduce((a, b) => a * b, 1);
      const weight = e.op("Expand", [e.scalar(1 / size, dy), e.ints([1, 1, ...kernel])]);
      const single = (x: string) => {
        const sizes = sizesOf(e, x, e.ints(kernel.map((_, i) => i + 2)));
        return e.op("Reshape", [x, e.op("Concat", [e.ints([-1, 1]), sizes], { axis: 0 })]);
      };
      return e.op("Reshape", [spread(e, single(dy), weight, 1, window, step.x()), shapeOf(e, step.x())]);
    },
  ];
};

function spatialRank(step: Step, kernel: string): number {
  const rank = step.e.fact(kernel).dims?.length;
  if (rank === undefined) throw noGradient(step.node, "with a kernel of unknown rank");
  return rank - 2;
}

/** Convolutions and means over windows. */
export const CONVOLUTIONS: Record<string, Rule> = { Conv: conv, AveragePool: averagePool };
