import { selection } from "@/lib/onnx/gradients/selection";
import { pad, reshapeLike, shapeOf, sizesOf, unbroadcast, zeros } from "@/lib/onnx/gradients/shaping";
import { noGradient, type Rule, table } from "@/lib/onnx/gradients/step";
import { DATA_TYPE } from "@/lib/onnx/tensor";

const transpose: Rule = (step) => {
  const perm = step.ints("perm");
  // Without a permutation the axes are reversed, and reversed again going back.
  return [() => step.e.op("Transpose", [step.dy], perm && { perm: perm.map((_, i) => perm.indexOf(i)) })];
};

const concat: Rule = (step) => {
  const { e, dy, node } = step;
  const axis = e.ints([step.int("axis", 0)]);
  const endOf = (i: number): string => {
    const size = sizesOf(e, step.x(i), axis);
    return i === 0 ? size : e.add(endOf(i - 1), size);
  };
  return node.input.map((_, i) => () => {
    const start = i === 0 ? e.ints([0]) : endOf(i - 1);
    return e.op("Slice", [dy, start, endOf(i), axis]);
  });
};

const split: Rule = (step) => [
  () => {
    const { e, node, grads } = step;
    const parts = node.output.map((name, i) => grads[i] ?? zeros(e, shapeOf(e, name), step.x()));
    return e.op("Concat", parts, { axis: step.int("axis", 0) });
  },
];

/** Of a slice with step 1: zeros on both sides. Others go the general way. */
const slice: Rule = (step) => {
  const { e } = step;
  const x = step.x();
  const rank = e.fact(x).dims?.length;
  const count = e.fact(step.x(1)).dims?.[0];
  const steps = step.x(4) ? e.fact(step.x(4)).value : [1];
  const plain = steps?.every((value) => value === 1) && typeof count === "number";
  if (rank === undefined || !plain) return selection(step);
  return [
    () => {
      const whole = (name: string) => e.castTo(name, DATA_TYPE.int64);
      const axes = step.x(3) ? whole(step.x(3)) : e.ints(Array.from({ length: count }, (_, i) => i));
      const size = sizesOf(e, x, axes);
      const start = whole(step.x(1));
      const fromEnd = e.op("Max", [e.add(size, start), e.ints([0])]);
      const begin = e.where(e.op("Less", [start, e.ints([0])]), fromEnd, e.op("Min", [size, start]));
      const end = e.sub(e.sub(size, begin), sizesOf(e, step.dy, axes));
      const none = e.ints(new Array(rank).fill(0));
      const onAll = (counts: string) => e.op("ScatterElements", [none, axes, counts]);
      return pad(e, step.dy, onAll(begin), onAll(end));
    },
  ];
};

/** Of padding: cutting, which is padding with negative counts. Mirrored edges are selections. */
const padding: Rule = (step) => {
  const { e } = step;
  const [x, pads, , axes] = step.node.input as string[];
  if (step.text("mode", "constant") !== "constant") return selection(step);
  return [() => e.op("Pad", [step.dy, e.neg(pads as string), e.scalar(0, x as string), ...(axes ? [axes] : [])])];
};

const dropout: Rule = (step) => {
  const { value } = step.e.fact(step.x(2));
  if (step.x(2) && value?.[0] !== 0) throw noGradient(step.node, "in training mode");
  return [() => step.dy];
};

/** Operators that move, repeat or leave out elements. */
export const SHAPES: Record<string, Rule> = {
  ...table("Reshape Flatten Squeeze Unsqueeze", (step) => [() => reshapeLike(step.e, step.dy, step.x())]),
  Identity: (step) => [() => step.dy],
  Dropout: dropout,
  Transpose: transpose,
  Expand: (step) => [() => unbroadcast(step.e, step.dy, step.x())],
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: padding,
  Trilu: (step) => [() => step.e.again(step.node, [step.dy, ...step.node.input.slice(1)])],
  CumSum: (step) => [
    () => {
      const options = { exclusive: step.int("exclusive", 0), reverse: 1 - step.int("reverse", 0) };
      return step.e.op("CumSum", [step.dy, step.x(1)], options);
    },
  ],
};
