import { reshapeLike, sizesOf, transposeLast, unbroadcast, unsqueeze } from "@/lib/onnx/gradients/shaping";
import { noGradient, type Rule, type Step } from "@/lib/onnx/gradients/step";

/**
 * dA = dY B^T and dB = A^T dY, summed over the batch axes that were broadcast. Vectors are treated as the matrices that
 * MatMul takes them for.
 */
const matMul: Rule = (step) => {
  const { e, dy } = step;
  const [a, b] = [step.x(0), step.x(1)];
  const [rankA, rankB] = [e.fact(a).dims?.length, e.fact(b).dims?.length];
  const rows = rankA === 1 ? unsqueeze(e, a, [0]) : a;
  const columns = rankB === 1 ? unsqueeze(e, b, [1]) : b;
  let grad = dy;
  if (rankA === 1) grad = unsqueeze(e, grad, [rankB === 1 ? 0 : -2]);
  if (rankB === 1) grad = unsqueeze(e, grad, [-1]);
  return [
    () => {
      const da = fitted(step, e.op("MatMul", [grad, transposeLast(e, columns)]), rows, rankB);
      return rankA === 1 ? reshapeLike(e, da, a) : da;
    },
    () => {
      if (rankB === 2 && rankA !== undefined && rankA > 2) return weightGradient(step);
      const db = fitted(step, e.op("MatMul", [transposeLast(e, rows), grad]), columns, rankA);
      return rankB === 1 ? reshapeLike(e, db, b) : db;
    },
  ];
};

/** A matrix on the other side has no batch axes that could broadcast this one. */
function fitted({ e }: Step, grad: string, target: string, otherRank: number | undefined): string {
  return otherRank === 1 || otherRank === 2 ? grad : unbroadcast(e, grad, target);
}

/** For a matrix B used by a whole batch: one product over all rows instead of one per batch entry and a sum. */
function weightGradient(step: Step): string {
  const { e } = step;
  const flat = (x: string, axis: number) => {
    const width = sizesOf(e, step.x(1), e.ints([axis]));
    return e.op("Reshape", [x, e.op("Concat", [e.ints([-1]), width], { axis: 0 })]);
  };
  return e.op("MatMul", [transposeLast(e, flat(step.x(0), 0)), flat(step.dy, 1)]);
}

/** Y = alpha A' B' + beta C, where a prime may transpose. */
const gemm: Rule = (step) => {
  const { e, dy } = step;
  const [a, b] = [step.x(0), step.x(1)];
  const [transA, transB] = [step.int("transA", 0), step.int("transB", 0)];
  const alpha = { float: step.float("alpha", 1) };
  const product = (p: string, q: string, transP: number, transQ: number) =>
    e.op("Gemm", [p, q], { alpha, transA: transP, transB: transQ });
  return [
    () => (transA ? product(b, dy, transB, 1) : product(dy, b, 0, 1 - transB)),
    () => (transB ? product(dy, a, 1, transA) : product(a, dy, 1 - transA, 0)),
    () => {
      const beta = step.float("beta", 1);
      return step.fit(beta === 1 ? dy : e.mul(dy, beta), 2);
    },
  ];
};

/** The gradient of one operand is the einsum of dY with the other operands, when each of its letters is in one of them. */
const einsum: Rule = (step) => {
  const { e, dy, node } = step;
  const [left = "", right] = step.text("equation", "").replaceAll(" ", "").split("->");
  const terms = left.split(",");
  const result = right ?? implicitResult(left);
  return terms.map((term, i) => () => {
    const others = terms.toSpliced(i, 1);
    const sources = [result, ...others].join("");
    const simple = !left.includes("...") && new Set(term).size === term.length;
    if (!simple || [...term].some((letter) => !sources.includes(letter))) throw noGradient(node, `of "${left}"`);
    const inputs = [dy, ...node.input.toSpliced(i, 1)];
    return e.op("Einsum", inputs, { equation: `${[result, ...others].join(",")}->${term}` });
  });
};

/** Without "->" the result has the letters that occur once, in alphabetical order. */
function implicitResult(left: string): string {
  const letters = [...left.replaceAll(",", "")];
  return letters
    .filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter))
    .sort()
    .join("");
}

/** Products. */
export const LINEAR: Record<string, Rule> = { MatMul: matMul, Gemm: gemm, Einsum: einsum };
