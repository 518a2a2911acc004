import type { Emitter } from "@/lib/onnx/gradients/emitter";
import { mean } from "@/lib/onnx/gradients/shaping";
import { once, type Rule, type Step } from "@/lib/onnx/gradients/step";
import { isFloat } from "@/lib/onnx/infer-types";
import { DATA_TYPE } from "@/lib/onnx/tensor";

interface Norm {
  step: Step;
  /** What is normalised. */
  x: string;
  dy: string;
  /** Input number of the scale. */
  scale: number;
  axes: readonly number[];
  /** Whether the mean is taken off first. */
  centred: boolean;
  /** Epsilon where the node has none. */
  epsilon: number;
}

/**
 * Gradients of y = scale xhat + bias, xhat = (x - mean x) r, r = 1 / sqrt(mean (x - mean x)^2 + epsilon), or the same
 * without the mean: with g = scale dy
 *
 *     dx = r (g - mean g - xhat mean(g xhat))
 *
 * xhat and r are computed again: few exports keep them, and ONNX Runtime fuses forward norms better when nobody looks
 * inside. In float16 the squares would overflow, so narrow types are widened, as the forward operators do.
 */
function normGradients({ step, x, dy, scale, axes, centred, epsilon }: Norm) {
  const { e } = step;
  const wide = (name: string) => (isNarrow(e, name) ? e.castTo(name) : name);
  const parts = once(() => {
    const whole = wide(x);
    const c = centred ? e.sub(whole, mean(e, whole, axes)) : whole;
    const variance = mean(e, e.mul(c, c), axes);
    const r = e.op("Reciprocal", [e.op("Sqrt", [e.add(variance, step.float("epsilon", epsilon))])]);
    return { r, xhat: e.mul(c, r) };
  });
  return {
    dx: once(() => {
      const { r, xhat } = parts();
      const g = e.mul(wide(dy), wide(step.x(scale)));
      const along = e.mul(xhat, mean(e, e.mul(g, xhat), axes));
      const rest = centred ? e.sub(g, mean(e, g, axes)) : g;
      return e.castLike(e.mul(r, e.sub(rest, along)), x);
    }),
    dScale: () => e.castLike(step.fit(e.mul(wide(dy), parts().xhat), scale), step.x(scale)),
  };
}

function isNarrow(e: Emitter, name: string): boolean {
  const { type } = e.fact(name);
  return isFloat(type) && type !== DATA_TYPE.float32 && type !== DATA_TYPE.float64;
}

/** Inputs x, scale and, when centred, bias. */
const norm =
  (centred: boolean): Rule =>
  (step) => {
    const { dy } = step;
    const axes = step.axesFrom(step.int("axis", -1));
    const { dx, dScale } = normGradients({ step, x: step.x(), dy, scale: 1, axes, centred, epsilon: 1e-5 });
    return [dx, dScale, () => step.fit(dy, 2)];
  };

/** Norm of x + skip (+ bias of the sum), which is the fourth output. Inputs: x, skip, scale, [bias of the norm], [bias]. */
const skipNorm =
  (centred: boolean): Rule =>
  (step) => {
    const { e, node } = step;
    const [dy, , , dsum] = step.grads;
    const bias = centred ? 4 : 3;
    const total = once(() => {
      const sum = e.add(step.x(0), step.x(1));
      return node.output[3] || (step.x(bias) ? e.add(sum, step.x(bias)) : sum);
    });
    const ofNorm = once(() =>
      normGradients({ step, x: total(), dy: dy as string, scale: 2, axes: [-1], centred, epsilon: 1e-12 }),
    );
    const through = once(() => {
      if (dy === undefined) return dsum as string;
      return dsum === undefined ? ofNorm().dx() : e.add(ofNorm().dx(), dsum);
    });
    const onlyNorm = <T>(emit: T) => (dy === undefined ? undefined : emit);
    const normBias = onlyNorm(() => step.fit(dy as string, 3));
    return [
      through,
      () => step.fit(through(), 1),
      onlyNorm(() => ofNorm().dScale()),
      ...(centred ? [normBias] : []),
      () => step.fit(through(), bias),
    ];
  };

/** Layer and root-mean-square norms, ONNX Runtime's fused ones included. */
export const NORMS: Record<string, Rule> = {
  LayerNormalization: norm(true),
  SimplifiedLayerNormalization: norm(false),
  RMSNormalization: norm(false),
  "com.microsoft.SkipLayerNormalization": skipNorm(true),
  "com.microsoft.SkipSimplifiedLayerNormalization": skipNorm(false),
};
