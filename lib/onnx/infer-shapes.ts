import { axisAttribute, type Dim, type Fact, listArgument } from "@/lib/onnx/fact";
import { intAttribute } from "@/lib/onnx/graph";
import { add, multiply } from "@/lib/onnx/infer-values";
import type { NodeProto } from "@/lib/onnx/schema";

type Dims = readonly Dim[];

/** What a shape rule sees: the node, its inputs' facts, and names for sizes that cannot be told. */
interface Seen {
  node: NodeProto;
  x: readonly Fact[];
  fresh: () => string;
}

/** Shape of the first output; for operators with several outputs a list of shapes. */
type ShapeRule = (seen: Seen) => Dims | undefined;

const first: ShapeRule = ({ x: [x] }) => x?.dims;

const broadcasting: ShapeRule = ({ x, fresh }) =>
  x.map(({ dims }) => dims).reduce((a, b) => a && b && broadcast(a, b, fresh));

/** Numpy's rule; a size that is neither equal nor fixed by one side gets a new name. */
export function broadcast(a: Dims, b: Dims, fresh: () => string): Dims {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [p = 1, q = 1] = [a[i - rank + a.length], b[i - rank + b.length]];
    if (p === q || q === 1) return p;
    if (p === 1) return q;
    if (typeof p === "number") return p;
    return typeof q === "number" ? q : fresh();
  });
}

const reduced: ShapeRule = ({ node, x, fresh }) => {
  const dims = x[0]?.dims;
  const keep = intAttribute(node, "keepdims", 1) === 1;
  if (!dims) return undefined;
  const given = node.attribute.some(({ name }) => name === "axes") || (node.input[1] ?? "") !== "";
  const axes = given ? listArgument(node, "axes", x, 1) : [];
  if (!axes) return keep ? dims.map(fresh) : undefined;
  if (axes.length === 0 && intAttribute(node, "noop_with_empty_axes", 0)) return dims;
  const gone = axes.length === 0 ? undefined : new Set(axes.map((axis) => (axis < 0 ? axis + dims.length : axis)));
  return dims.flatMap((dim, i) => (gone && !gone.has(i) ? [dim] : keep ? [1] : []));
};

const pooled: ShapeRule = ({ x: [x, weight], node, fresh }) => {
  const { dims } = x ?? {};
  if (!dims) return undefined;
  const channels = node.opType === "Conv" ? (weight?.dims?.[0] ?? fresh()) : (dims[1] ?? fresh());
  return [dims[0] ?? fresh(), channels, ...dims.slice(2).map(fresh)];
};

const RULES: Record<string, ShapeRule> = {
  MatMul: ({ x: [a, b], fresh }) => {
    if (!a?.dims || !b?.dims) return undefined;
    const batch = broadcast(a.dims.slice(0, -2), b.dims.slice(0, -2), fresh);
    return [...batch, ...a.dims.slice(-2, -1), ...(b.dims.length > 1 ? b.dims.slice(-1) : [])];
  },
  Gemm: ({ node, x: [a, b] }) => {
    const [m, n] = [a?.dims?.[intAttribute(node, "transA", 0)], b?.dims?.[1 - intAttribute(node, "transB", 0)]];
    return m === undefined || n === undefined ? undefined : [m, n];
  },
  Transpose: ({ node, x: [x] }) => {
    const perm = node.attribute.find(({ name }) => name === "perm")?.ints;
    return perm ? x?.dims && perm.map((axis) => x.dims?.[Number(axis)] as Dim) : x?.dims?.toReversed();
  },
  Reshape: ({ node, x, fresh }) => reshape(x[0]?.dims, x[1], intAttribute(node, "allowzero", 0) === 1, fresh),
  Flatten: ({ node, x: [x], fresh }) => {
    if (!x?.dims) return undefined;
    const axis = axisAttribute(node, x.dims.length, 1);
    return [x.dims.slice(0, axis), x.dims.slice(axis)].map((part) => product(part) ?? fresh());
  },
  Unsqueeze: ({ node, x }) => {
    const [dims, axes] = [x[0]?.dims, listArgument(node, "axes", x, 1)];
    if (!dims || !axes) return undefined;
    const rank = dims.length + axes.length;
    const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
    const rest = dims[Symbol.iterator]();
    return Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.next().value as Dim)));
  },
  Squeeze: ({ node, x }) => {
    const [dims, axes] = [x[0]?.dims, listArgument(node, "axes", x, 1)];
    if (!dims || !axes) return undefined;
    const gone = new Set(axes.map((axis) => (axis < 0 ? axis + dims.length : axis)));
    return dims.filter((_, i) => !gone.has(i));
  },
  Expand: ({ x: [x, shape], fresh }) => {
    const target = shape?.value?.map((item) => item ?? fresh());
    if (x?.dims && target) return broadcast(x.dims, target, fresh);
    return vectorLength(shape, fresh);
  },
  ConstantOfShape: ({ x: [shape], fresh }) =>
    shape?.value?.map((item) => item ?? fresh()) ?? vectorLength(shape, fresh),
  Concat: ({ node, x, fresh }) => {
    const all = x.map(({ dims }) => dims);
    const rank = all.find(Boolean)?.length;
    if (rank === undefined) return undefined;
    const axis = axisAttribute(node, rank, 0);
    return Array.from({ length: rank }, (_, i) => {
      const sizes = all.map((dims) => dims?.[i]);
      if (i !== axis) return sizes.find((size) => typeof size === "number") ?? sizes.find(Boolean) ?? fresh();
      return sizes.reduce((a, b) => (a === undefined || b === undefined ? undefined : add(a, b))) ?? fresh();
    });
  },
  Slice: ({ node, x, fresh }) => {
    const dims = x[0]?.dims;
    const [starts, ends] = [listArgument(node, "starts", x, 1), listArgument(node, "ends", x, 2)];
    const axes = node.input[3] ? listArgument(node, "axes", x, 3) : starts?.map((_, i) => i);
    const steps = node.input[4] ? listArgument(node, "steps", x, 4) : starts?.map(() => 1);
    if (!dims || !axes) return dims?.map(fresh);
    const out = [...dims];
    axes.forEach((given, i) => {
      const axis = given < 0 ? given + dims.length : given;
      const [start, end, step] = [starts?.[i], ends?.[i], steps?.[i]];
      const known = start !== undefined && end !== undefined && step === 1;
      out[axis] = (known ? sliced(out[axis] as Dim, start, end) : undefined) ?? fresh();
    });
    return out;
  },
  Gather: ({ node, x: [data, index] }) => {
    if (!data?.dims || !index?.dims) return undefined;
    const axis = axisAttribute(node, data.dims.length, 0);
    return [...data.dims.slice(0, axis), ...index.dims, ...data.dims.slice(axis + 1)];
  },
  GatherElements: ({ x: [, index] }) => index?.dims,
  Shape: ({ node, x: [x] }) => {
    const start = intAttribute(node, "start", 0);
    return x?.dims && [x.dims.slice(start, intAttribute(node, "end", x.dims.length)).length];
  },
  Size: () => [],
  Range: ({ fresh }) => [fresh()],
  NonZero: ({ x: [x], fresh }) => [x?.dims?.length ?? fresh(), fresh()],
  Pad: ({ x: [x], fresh }) => x?.dims?.map(fresh),
  Tile: ({ x: [x], fresh }) => x?.dims?.map(fresh),
  Conv: pooled,
  AveragePool: pooled,
  MaxPool: pooled,
  ConvTranspose: ({ x: [x], fresh }) => x?.dims?.map(fresh),
  GlobalAveragePool: ({ x: [x] }) => x?.dims?.map((dim, i) => (i < 2 ? dim : 1)),
};

const FIRST =
  "Identity Cast CastLike Dropout Neg Abs Sqrt Exp Log Reciprocal Sin Cos Tan Sigmoid Tanh Erf Relu LeakyRelu Elu Gelu " +
  "FastGelu BiasGelu QuickGelu HardSigmoid HardSwish Softplus Clip Floor Ceil Round Sign Not Softmax LogSoftmax " +
  "LayerNormalization SimplifiedLayerNormalization RMSNormalization SkipLayerNormalization " +
  "SkipSimplifiedLayerNormalization GroupNormalization InstanceNormalization BatchNormalization ScatterND " +
  "ScatterElements CumSum Trilu";
const BROADCASTING =
  "Add Sub Mul Div Pow Min Max Sum Mod PRelu Where Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor";
const REDUCED = "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp";
for (const op of FIRST.split(" ")) RULES[op] = first;
for (const op of BROADCASTING.split(" ")) RULES[op] = broadcasting;
for (const op of REDUCED.split(" ")) RULES[op] = reduced;

/** Shapes of a node's outputs, as far as they can be told; undefined when the rank cannot. */
export function inferShapes(node: NodeProto, x: readonly Fact[], fresh: () => string): (Dims | undefined)[] {
  if (node.opType === "Split") return split(node, x, fresh);
  const dims = RULES[node.opType ?? ""]?.({ node, x, fresh });
  // Only the Skip... norms have a second full-sized output, and it is their fourth.
  return node.output.map((_, i) => (i === 0 || i === 3 ? dims : undefined));
}

function split(node: NodeProto, x: readonly Fact[], fresh: () => string): (Dims | undefined)[] {
  const dims = x[0]?.dims;
  if (!dims) return [];
  const axis = axisAttribute(node, dims.length, 0);
  const total = dims[axis] as Dim;
  const sizes = listArgument(node, "split", x, 1);
  const even = typeof total === "number" && total % node.output.length === 0 ? total / node.output.length : undefined;
  return node.output.map((_, i) => dims.with(axis, sizes ? (sizes[i] ?? fresh()) : (even ?? fresh())));
}

/** A shape of known length and unknown sizes. */
function vectorLength(shape: Fact | undefined, fresh: () => string): Dims | undefined {
  const length = shape?.dims?.[0];
  return typeof length === "number" ? Array.from({ length }, fresh) : undefined;
}

function product(dims: Dims): Dim | undefined {
  return dims.reduce<Dim | undefined>((a, b) => (a === undefined ? undefined : multiply(a, b)), 1);
}

function sliced(dim: Dim, start: number, end: number): Dim | undefined {
  if (typeof dim === "number") {
    const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + dim : at, 0), dim);
    return Math.max(clamp(end) - clamp(start), 0);
  }
  // The whole of an axis, or its last element.
  if (end < Number.MAX_SAFE_INTEGER) return undefined;
  return start === 0 ? dim : start === -1 ? 1 : undefined;
}

/** Resolves 0 (copy, unless `allowZero`) and -1 (what is left) of a Reshape. */
function reshape(from: Dims | undefined, shape: Fact | undefined, allowZero: boolean, fresh: () => string) {
  const { value } = shape ?? {};
  if (!value) return vectorLength(shape, fresh);
  const to = value.map((item, i) => (item === 0 && !allowZero ? from?.[i] : item));
  const hole = to.indexOf(-1);
  if (hole >= 0)
    to[hole] =
      from &&
      rest(
        from,
        to.filter((_, i) => i !== hole),
      );
  return to.map((item) => item ?? fresh());
}

/** Product of `from` over product of `to`, where names cancel. */
function rest(from: Dims, to: readonly (Dim | undefined)[]): Dim | undefined {
  const left = [...from];
  let divisor = 1;
  for (const dim of to) {
    const at = dim === undefined ? -1 : left.indexOf(dim);
    if (at >= 0) left.splice(at, 1);
    else if (typeof dim === "number") divisor *= dim;
    else return undefined;
  }
  const names = left.filter((dim) => typeof dim === "string");
  const number = left.reduce<number>((a, b) => (typeof b === "number" ? a * b : a), 1) / divisor;
  return Number.isInteger(number) ? product([...names, number]) : undefined;
}
