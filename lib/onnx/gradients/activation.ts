import type { Emitter } from "@/lib/onnx/gradients/emitter";
import { sum } from "@/lib/onnx/gradients/shaping";
import { once, type Rule, type Step } from "@/lib/onnx/gradients/step";

type Slope = (e: Emitter, x: string) => string;

/** Of x Phi(x), Phi the normal distribution function: Phi(x) + x phi(x). */
const geluSlope: Slope = (e, x) => {
  const distribution = e.mul(e.add(e.op("Erf", [e.mul(x, Math.SQRT1_2)]), 1), 0.5);
  const density = e.mul(e.op("Exp", [e.mul(e.mul(x, x), -0.5)]), 1 / Math.sqrt(2 * Math.PI));
  return e.add(distribution, e.mul(x, density));
};

/** Of x (1 + t) / 2, where t = tanh(c (x + a x^3)). */
const tanhGeluSlope: Slope = (e, x) => {
  const [c, a] = [Math.sqrt(2 / Math.PI), 0.044715];
  const square = e.mul(x, x);
  const t = e.op("Tanh", [e.mul(e.mul(x, c), e.add(e.mul(square, a), 1))]);
  const inner = e.mul(e.add(e.mul(square, 3 * a), 1), c);
  const rise = e.mul(e.mul(x, inner), e.sub(1, e.mul(t, t)));
  return e.mul(e.add(e.add(t, 1), rise), 0.5);
};

/** Of x s, where s = sigmoid(alpha x): s (1 + alpha x (1 - s)). */
const swishSlope =
  (alpha: number): Slope =>
  (e, x) => {
    const scaled = e.mul(x, alpha);
    const s = e.op("Sigmoid", [scaled]);
    return e.mul(s, e.add(e.mul(scaled, e.sub(1, s)), 1));
  };

/** An activation of x, or of x + bias where the operator has a second input. */
const activation =
  (slopeOf: (step: Step) => Slope): Rule =>
  (step) => {
    const { e } = step;
    const dx = once(() => {
      const x = step.x(1) ? e.add(step.x(0), step.x(1)) : step.x(0);
      return e.mul(step.dy, slopeOf(step)(e, x));
    });
    return [dx, () => step.fit(dx(), 1)];
  };

/** The axes that a softmax runs over: one, or before operator set 13 all from `axis` on. */
function softmaxAxes(step: Step): number[] {
  return step.e.opset >= 13 ? [step.int("axis", -1)] : step.axesFrom(step.int("axis", 1));
}

const relu =
  (alphaOf: (step: Step) => number): Rule =>
  (step) => [
    () => {
      const { e, dy } = step;
      const alpha = alphaOf(step);
      return e.where(e.op("Greater", [step.x(), e.scalar(0, step.x())]), dy, alpha === 0 ? 0 : e.mul(dy, alpha));
    },
  ];

/** Activation functions and softmax. */
export const ACTIVATIONS: Record<string, Rule> = {
  Relu: relu(() => 0),
  LeakyRelu: relu((step) => step.float("alpha", 0.01)),
  // y (1 - y) and 1 - y^2
  Sigmoid: (s) => [() => s.e.mul(s.dy, s.e.mul(s.y(), s.e.sub(1, s.y())))],
  Tanh: (s) => [() => s.e.mul(s.dy, s.e.sub(1, s.e.mul(s.y(), s.y())))],
  Gelu: activation((step) => (step.text("approximate", "none") === "tanh" ? tanhGeluSlope : geluSlope)),
  "com.microsoft.Gelu": activation(() => geluSlope),
  "com.microsoft.BiasGelu": activation(() => geluSlope),
  "com.microsoft.FastGelu": activation(() => tanhGeluSlope),
  "com.microsoft.QuickGelu": activation((step) => swishSlope(step.float("alpha", 1.702))),
  Softmax: (step) => [
    () => {
      const { e, dy } = step;
      return e.mul(step.y(), e.sub(dy, sum(e, e.mul(dy, step.y()), softmaxAxes(step), true)));
    },
  ],
  LogSoftmax: (step) => [
    () => {
      const { e, dy } = step;
      return e.sub(dy, e.mul(e.op("Exp", [step.y()]), sum(e, dy, softmaxAxes(step), true)));
    },
  ],
};
