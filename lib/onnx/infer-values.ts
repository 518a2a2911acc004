import { type Dim, type Fact, MAX_VALUES } from "@/lib/onnx/fact";
import { intAttribute } from "@/lib/onnx/graph";
import type { NodeProto } from "@/lib/onnx/schema";
import { DATA_TYPE, intValues } from "@/lib/onnx/tensor";

type Item = Dim | undefined;
type Items = readonly Item[];

/** Expressions that outgrow this say nothing that a person or a comparison could use. */
const MAX_EXPRESSION = 80;

const join = (a: Dim, sign: string, b: Dim): Item => {
  const text = `(${a}${sign}${b})`;
  return text.length > MAX_EXPRESSION ? undefined : text;
};
const numeric = (fn: (a: number, b: number) => number) => (a: Dim, b: Dim) =>
  typeof a === "number" && typeof b === "number" ? fn(a, b) : undefined;

/** Sum of two sizes. Undefined when it is not worth a name. */
export function add(a: Dim, b: Dim): Item {
  if (a === 0) return b;
  if (b === 0) return a;
  return typeof a === "number" && typeof b === "number" ? a + b : join(a, "+", b);
}

/** Product of two sizes. Undefined when it is not worth a name. */
export function multiply(a: Dim, b: Dim): Item {
  if (a === 1) return b;
  if (b === 1) return a;
  if (a === 0 || b === 0) return 0;
  return typeof a === "number" && typeof b === "number" ? a * b : join(a, "*", b);
}

/** Sizes are not negative: what a comparison with a negative number or a minimum with 0 comes to is known. */
const BINARY: Record<string, (a: Dim, b: Dim) => Item> = {
  Add: add,
  Mul: multiply,
  Sub: (a, b) => (b === 0 ? a : a === b ? 0 : numeric((x, y) => x - y)(a, b)),
  Div: (a, b) => (b === 1 ? a : numeric((x, y) => Math.trunc(x / y))(a, b)),
  Mod: numeric((a, b) => (b === 0 ? 0 : a - b * Math.floor(a / b))),
  Min: (a, b) => (a === b ? a : a === 0 || b === 0 ? numericOrZero(a, b) : numeric(Math.min)(a, b)),
  Max: (a, b) =>
    a === b ? a : a === 0 && typeof b === "string" ? b : b === 0 && typeof a === "string" ? a : numeric(Math.max)(a, b),
  Equal: (a, b) => (a === b ? 1 : below(a, b) || below(b, a) ? 0 : numeric((x, y) => Number(x === y))(a, b)),
  Less: (a, b) =>
    typeof a === "string" && typeof b === "number" && b <= 0 ? 0 : numeric((x, y) => Number(x < y))(a, b),
  Greater: numeric((a, b) => Number(a > b)),
  LessOrEqual: numeric((a, b) => Number(a <= b)),
  GreaterOrEqual: numeric((a, b) => Number(a >= b)),
  And: numeric((a, b) => a & b),
  Or: numeric((a, b) => a | b),
};

const numericOrZero = (a: Dim, b: Dim): Dim => (typeof a === "number" && typeof b === "number" ? Math.min(a, b) : 0);
const below = (a: Dim, b: Dim) => typeof a === "number" && a < 0 && typeof b === "string";

/** Elements of lists of one length, or of length 1, side by side; the lists must be vectors or scalars. */
function zip(lists: readonly Items[], fn: (items: Items) => Item): Items | undefined {
  const length = Math.max(...lists.map((list) => list.length));
  if (lists.some((list) => list.length !== 1 && list.length !== length)) return undefined;
  return Array.from({ length }, (_, i) => fn(lists.map((list) => list[list.length === 1 ? 0 : i])));
}

const pass = (_: NodeProto, [first]: readonly Fact[]) => first?.value;

const VALUES: Record<string, (node: NodeProto, inputs: readonly Fact[]) => Items | undefined> = {
  Identity: pass,
  Cast: pass,
  Reshape: pass,
  Squeeze: pass,
  Unsqueeze: pass,
  Shape: (node, [x]) => {
    const start = intAttribute(node, "start", 0);
    return x?.dims?.slice(start, intAttribute(node, "end", x.dims.length));
  },
  Size: (_, [x]) => x?.dims && [x.dims.reduce<Item>((a, b) => a && multiply(a, b), 1)],
  Neg: (_, [x]) => x?.value?.map((item) => (typeof item === "number" ? -item : undefined)),
  Not: (_, [x]) => x?.value?.map((item) => (typeof item === "number" ? Number(item === 0) : undefined)),
  Concat: (_, inputs) => {
    if (!inputs.every(({ value, dims }) => value || typeof dims?.[0] === "number")) return undefined;
    return inputs.flatMap(({ value, dims }) => value ?? new Array<Item>(dims?.[0] as number).fill(undefined));
  },
  Gather: (_, [data, index]) =>
    data?.dims?.length === 1
      ? index?.value?.map((item) => (typeof item === "number" ? data.value?.at(item) : undefined))
      : undefined,
  Slice: (_, [data, starts, ends, , steps]) => {
    const [start, end, step = 1] = [starts?.value?.[0], ends?.value?.[0], steps ? steps.value?.[0] : 1];
    if (data?.dims?.length !== 1 || typeof start !== "number" || typeof end !== "number" || step !== 1)
      return undefined;
    return data.value?.slice(start, end);
  },
  Where: (_, [test, a, b]) =>
    test?.value && a?.value && b?.value
      ? zip([test.value, a.value, b.value], ([yes, x, y]) =>
          x === y ? x : yes === undefined ? undefined : yes ? x : y,
        )
      : undefined,
  ConstantOfShape: (node, [shape]) => {
    const fill = node.attribute.find(({ name }) => name === "value")?.t;
    const [length] = shape?.value ?? [];
    if (!fill || shape?.value?.length !== 1 || typeof length !== "number" || length > MAX_VALUES) return undefined;
    return new Array(length).fill(fill.dataType === DATA_TYPE.int64 ? intValues(fill, "The model")[0] : undefined);
  },
  ScatterElements: (node, [data, index, updates]) => {
    const adds = node.attribute.some(({ name }) => name === "reduction");
    if (adds || !data?.value || !index?.value?.every((item) => typeof item === "number")) return undefined;
    const out = [...data.value];
    index.value.forEach((at, i) => {
      const place = at as number;
      out[place < 0 ? place + out.length : place] = updates?.value?.[i];
    });
    return out;
  },
};

/**
 * Elements of a node's first output when it is a small vector or scalar of whole numbers: the arithmetic on shapes that
 * exporters write. Undefined elements are not known.
 */
export function inferValue(node: NodeProto, inputs: readonly Fact[], dims: readonly Dim[] | undefined) {
  const op = node.opType ?? "";
  const binary = BINARY[op];
  let value: Items | undefined;
  if (binary) {
    const [a, b, more] = inputs;
    if (!more && a?.value && b?.value) {
      value = zip([a.value, b.value], ([x, y]) => (x === undefined || y === undefined ? undefined : binary(x, y)));
    }
  } else {
    value = VALUES[op]?.(node, inputs);
  }
  return dims && dims.length <= 1 && value && value.length <= MAX_VALUES ? value : undefined;
}
