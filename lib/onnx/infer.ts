import { type Dim, type Fact, MAX_VALUES } from "@/lib/onnx/fact";
import { graphOf } from "@/lib/onnx/graph";
import { inferShapes } from "@/lib/onnx/infer-shapes";
import { inferType, isWhole } from "@/lib/onnx/infer-types";
import { inferValue } from "@/lib/onnx/infer-values";
import type { ModelProto, NodeProto, TensorProto, ValueInfo } from "@/lib/onnx/schema";
import { DATA_TYPE, elementCount, intValues, isExternal, tensorOf } from "@/lib/onnx/tensor";

/** First letter of made-up names of sizes. */
const UNNAMED = "?";

/**
 * Types, shapes and shape arithmetic of a graph, found by one walk over its nodes; declared shapes fill the gaps.
 * Names of dimensions in declarations are trusted: ONNX says that equal names mean equal sizes.
 */
export class Facts {
  private readonly known = new Map<string, Fact>();
  private readonly declared = new Map<string, Fact>();
  private unnamed = 0;

  constructor(model: ModelProto) {
    const graph = graphOf(model);
    for (const value of [...graph.valueInfo, ...graph.output]) this.declared.set(value.name ?? "", this.declare(value));
    for (const value of graph.input) this.known.set(value.name ?? "", this.declare(value));
    for (const tensor of graph.initializer) this.addConstant(tensor);
    for (const node of graph.node) this.addNode(node);
  }

  of(name: string): Fact {
    return this.known.get(name) ?? {};
  }

  set(name: string, fact: Fact): void {
    this.known.set(name, fact);
  }

  addConstant(tensor: TensorProto): void {
    this.known.set(tensor.name ?? "", constantFact(tensor));
  }

  addNode(node: NodeProto): void {
    const inputs = node.input.map((name) => this.of(name));
    const shapes = inferShapes(node, inputs, () => this.fresh());
    const constant = node.opType === "Constant" ? constantOf(node) : undefined;
    node.output.forEach((name, i) => {
      if (!name) return;
      const declared = this.declared.get(name);
      const dims = merge(shapes[i], declared?.dims);
      const type = declared?.type ?? inferType(node, inputs, i);
      const value = i === 0 && isWhole(type) ? inferValue(node, inputs, dims) : undefined;
      this.known.set(name, constant ? constantFact(constant) : { type, dims, value });
    });
  }

  private fresh(): string {
    return `${UNNAMED}${this.unnamed++}`;
  }

  private declare({ type }: ValueInfo): Fact {
    const { elemType, shape } = type?.tensorType ?? {};
    // A name that was made up here for another graph says nothing about this one.
    const named = (name = "") => (name === "" || name.startsWith(UNNAMED) ? this.fresh() : name);
    return { type: elemType, dims: shape?.dim.map((dim) => dim.dimValue ?? named(dim.dimParam)) };
  }
}

/** The tensor of a Constant node; undefined for texts and sparse tensors. */
function constantOf(node: NodeProto): TensorProto | undefined {
  const [{ name, t, i = 0n, f = 0, ints, floats } = {}] = node.attribute;
  switch (name) {
    case "value":
      return t;
    case "value_int":
      return tensorOf("", [], BigInt64Array.of(i));
    case "value_ints":
      return tensorOf("", [ints?.length ?? 0], BigInt64Array.from(ints ?? []));
    case "value_float":
      return tensorOf("", [], Float32Array.of(f));
    case "value_floats":
      return tensorOf("", [floats?.length ?? 0], Float32Array.from(floats ?? []));
    default:
      return undefined;
  }
}

/** What was found, with numbers and names that only the declaration has. */
function merge(found: Fact["dims"], declared: Fact["dims"]): Fact["dims"] {
  if (!found || found.length !== declared?.length) return found ?? declared;
  return found.map((dim, i) => {
    const said = declared[i] as Dim;
    return typeof said === "number" || String(dim).startsWith(UNNAMED) ? said : dim;
  });
}

function constantFact(tensor: TensorProto): Fact {
  const { dataType: type, dims } = tensor;
  const small = elementCount(dims) <= MAX_VALUES && !isExternal(tensor);
  let value: readonly number[] | undefined;
  if (small && type === DATA_TYPE.bool) value = Array.from(tensor.rawData ?? tensor.int32Data, Number);
  else if (small && isWhole(type)) value = intValues(tensor, "The model");
  return { type, dims, value, constant: tensor };
}

/** DATA_TYPE number of a floating-point tensor; float32 where the graph leaves it open. */
export function floatTypeOf(model: ModelProto, tensor: string): number {
  return new Facts(model).of(tensor).type ?? DATA_TYPE.float32;
}
