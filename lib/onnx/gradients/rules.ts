import { ACTIVATIONS } from "@/lib/onnx/gradients/activation";
import { CONVOLUTIONS } from "@/lib/onnx/gradients/convolution";
import { ELEMENTWISE } from "@/lib/onnx/gradients/elementwise";
import { LINEAR } from "@/lib/onnx/gradients/linear";
import { NORMS } from "@/lib/onnx/gradients/norm";
import { REDUCTIONS } from "@/lib/onnx/gradients/reduce";
import { SELECTIONS } from "@/lib/onnx/gradients/selection";
import { SHAPES } from "@/lib/onnx/gradients/shape";
import type { Rule } from "@/lib/onnx/gradients/step";

/** Operator, with its domain unless that is ONNX's own, -> how gradients pass through it. */
export const RULES: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    ...ELEMENTWISE,
    ...ACTIVATIONS,
    ...LINEAR,
    ...CONVOLUTIONS,
    ...NORMS,
    ...REDUCTIONS,
    ...SHAPES,
    ...SELECTIONS,
  }),
);
