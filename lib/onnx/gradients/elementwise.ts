import { noGradient, type Rule, type Step, table } from "@/lib/onnx/gradients/step";

/** A function of one tensor: dx from the step, where the derivative is written with x, y and dy. */
const unary =
  (dx: (step: Step) => string): Rule =>
  (step) => [() => dx(step)];

const binary =
  (da: (step: Step) => string, db: (step: Step) => string): Rule =>
  (step) => [() => step.fit(da(step), 0), () => step.fit(db(step), 1)];

/** Max and Min of two tensors; where they are equal the first gets the gradient. */
const choice =
  (secondWins: (a: string, b: string) => [string, string]): Rule =>
  (step) => {
    const { node, e, dy } = step;
    if (node.input.length === 1) return [() => dy];
    if (node.input.length > 2) throw noGradient(node, "of more than two tensors");
    const second = e.op("Less", secondWins(step.x(0), step.x(1)));
    return [() => step.fit(e.where(second, 0, dy), 0), () => step.fit(e.where(second, dy, 0), 1)];
  };

const pow: Rule = (step) => {
  const { e, dy } = step;
  const x = step.x(0);
  const exponent = () => e.castLike(step.x(1), x);
  const slope = (): string => {
    const p = step.scalar(1);
    if (p === 2) return e.mul(x, 2);
    if (p !== undefined) return e.mul(e.op("Pow", [x, e.scalar(p - 1, x)]), p);
    return e.mul(e.op("Pow", [x, e.sub(exponent(), 1)]), exponent());
  };
  return [
    () => step.fit(e.mul(dy, slope()), 0),
    // x^p log x, and its limit 0 where x is 0.
    () => {
      const rise = e.where(e.op("Greater", [x, e.scalar(0, x)]), e.mul(step.y(), e.op("Log", [x])), 0);
      return e.castLike(step.fit(e.mul(dy, rise), 1), step.x(1));
    },
  ];
};

const where: Rule = (step) => {
  const { e, dy } = step;
  const test = step.x(0);
  return [undefined, () => step.fit(e.where(test, dy, 0), 1), () => step.fit(e.where(test, 0, dy), 2)];
};

/** d/dx of erf is 2/sqrt(pi) exp(-x^2). */
const ERF_SLOPE = 2 / Math.sqrt(Math.PI);

/** Arithmetic and functions of single numbers, with broadcasting. */
export const ELEMENTWISE: Record<string, Rule> = {
  Add: binary(
    ({ dy }) => dy,
    ({ dy }) => dy,
  ),
  Sub: binary(
    ({ dy }) => dy,
    ({ dy, e }) => e.neg(dy),
  ),
  Mul: binary(
    (s) => s.e.mul(s.dy, s.x(1)),
    (s) => s.e.mul(s.dy, s.x(0)),
  ),
  Div: binary(
    (s) => s.e.div(s.dy, s.x(1)),
    (s) => s.e.neg(s.e.mul(s.dy, s.e.div(s.y(), s.x(1)))),
  ),
  Sum: (s) => s.node.input.map((_, i) => () => s.fit(s.dy, i)),
  Max: choice((a, b) => [a, b]),
  Min: choice((a, b) => [b, a]),
  Pow: pow,
  Where: where,
  Neg: unary(({ e, dy }) => e.neg(dy)),
  Abs: unary((s) => s.e.mul(s.dy, s.e.op("Sign", [s.x()]))),
  Sqrt: unary((s) => s.e.div(s.e.mul(s.dy, 0.5), s.y())),
  Reciprocal: unary((s) => s.e.neg(s.e.mul(s.dy, s.e.mul(s.y(), s.y())))),
  Exp: unary((s) => s.e.mul(s.dy, s.y())),
  Log: unary((s) => s.e.div(s.dy, s.x())),
  Sin: unary((s) => s.e.mul(s.dy, s.e.op("Cos", [s.x()]))),
  Cos: unary((s) => s.e.neg(s.e.mul(s.dy, s.e.op("Sin", [s.x()])))),
  Erf: unary((s) => s.e.mul(s.dy, s.e.mul(s.e.op("Exp", [s.e.neg(s.e.mul(s.x(), s.x()))]), ERF_SLOPE))),
  // Inside the limits, and at them, clipping changes nothing.
  Clip: unary((s) => s.e.where(s.e.op("Equal", [s.x(), s.y()]), s.dy, 0)),
  ...table(
    "Cast CastLike",
    unary((s) => s.e.castLike(s.dy, s.x())),
  ),
};
