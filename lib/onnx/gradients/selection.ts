import { reshapeLike, shapeOf, zeros } from "@/lib/onnx/gradients/shaping";
import { noGradient, type Rule, type Step, table } from "@/lib/onnx/gradients/step";

/** Since this operator set a scatter can add. */
const SCATTER_ADDS = 16;

/**
 * Any operator whose outputs are copies of elements of its first input: run on the positions 0, 1, 2, ... of those
 * elements it tells where each output came from, and the gradients are added up there. Works for all ranks, axes and
 * shapes at the price of one integer for each element of x.
 *
 * ScatterElements, because ONNX Runtime's ScatterND adds in parallel and loses additions to equal places.
 * @throws AppError MODEL_UNREADABLE below operator set 16 when an element may have been copied twice.
 */
export const selection: Rule = (step) => [
  () => {
    const { e, node, dy } = step;
    const x = step.x();
    if (e.opset < SCATTER_ADDS && mayRepeat(step)) {
      throw noGradient(node, `in operator set ${e.opset} (16 and later can add what was copied twice)`);
    }
    const size = e.op("Size", [x]);
    const range = e.op("Range", [e.ints([0], []), size, e.ints([1], [])]);
    const positions = e.op("Reshape", [range, shapeOf(e, x)]);
    const flat = (name: string) => e.op("Reshape", [name, e.ints([-1])]);
    const target = flat(e.again(node, [positions, ...node.input.slice(1)]));
    const empty = zeros(e, e.op("Reshape", [size, e.ints([1])]), x);
    const adding: Record<string, string> = e.opset >= SCATTER_ADDS ? { reduction: "add" } : {};
    return reshapeLike(e, e.op("ScatterElements", [empty, target, flat(dy)], { axis: 0, ...adding }), x);
  },
];

function mayRepeat({ node, e }: Step): boolean {
  const index = e.fact(node.input[1] ?? "").dims;
  return node.opType !== "Slice" && !(node.opType === "Gather" && index?.every((size) => size === 1));
}

/** What was written over gets nothing, unless the writing adds. */
const scatter =
  (gather: (step: Step) => string): Rule =>
  (step) => {
    const { e, node, dy } = step;
    const adds = step.text("reduction", "none");
    if (adds !== "none" && adds !== "add") throw noGradient(node, `with reduction "${adds}"`);
    const kept = () => {
      const nothing = zeros(e, shapeOf(e, step.x(2)), dy);
      return e.again(node, [dy, step.x(1), nothing]);
    };
    return [adds === "add" ? () => dy : kept, undefined, () => gather(step)];
  };

/** Operators that pick elements, or put elements in chosen places. */
export const SELECTIONS: Record<string, Rule> = {
  ...table("Gather GatherElements GatherND Tile", selection),
  ScatterND: scatter((step) => step.e.op("GatherND", [step.dy, step.x(1)])),
  ScatterElements: scatter((step) => step.e.op("GatherElements", [step.dy, step.x(1)], { axis: step.int("axis", 0) })),
};
