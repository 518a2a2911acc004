import { encodeModel } from "@/lib/onnx/codec";
import type { Attribute, ModelProto, NodeProto, TensorProto, ValueInfo } from "@/lib/onnx/schema";
import { DATA_TYPE, type DataTypeName, type TensorValues, tensorOf } from "@/lib/onnx/tensor";

/** An attribute: integers become INT or INTS; for FLOAT and FLOATS say so with `float(...)`. */
export type AttributeValue = number | readonly number[] | string | TensorProto | FloatAttribute;

export interface FloatAttribute {
  float: number | readonly number[];
}

/** Marks a number, or numbers, as a floating-point attribute: `{ alpha: float(1) }`. */
export function float(value: number | readonly number[]): FloatAttribute {
  return { float: value };
}

const OPSET = 18;
const IR_VERSION = 8;

/**
 * Builds a small ONNX graph in code. Dimensions are numbers, or names for those known at run time.
 *
 *     new GraphBuilder("double").input("x", "float32", ["n", 4]).init("two", [1], Float32Array.of(2))
 *       .node("Mul", ["x", "two"], ["y"]).output("y", "float32", ["n", 4]).toBytes();
 */
export class GraphBuilder {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers: TensorProto[] = [];
  private readonly inputs: ValueInfo[] = [];
  private readonly outputs: ValueInfo[] = [];

  constructor(private readonly name: string) {}

  input(name: string, type: DataTypeName, dims: readonly (number | string)[]): this {
    this.inputs.push(valueInfo(name, type, dims));
    return this;
  }

  output(name: string, type: DataTypeName, dims: readonly (number | string)[]): this {
    this.outputs.push(valueInfo(name, type, dims));
    return this;
  }

  /** A constant; see `tensorOf` for how the array's class gives the type. The data is not copied. */
  init(name: string, dims: readonly number[], data: TensorValues): this {
    this.initializers.push(tensorOf(name, dims, data));
    return this;
  }

  /** Nodes must come in an order in which every tensor is made before it is read. */
  node(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Record<string, AttributeValue> = {},
  ): this {
    this.nodes.push(makeNode(opType, inputs, outputs, attributes, `${opType}_${this.nodes.length}`));
    return this;
  }

  toModel(): ModelProto {
    return {
      irVersion: IR_VERSION,
      producerName: "fovea",
      opsetImport: [{ domain: "", version: OPSET }],
      graph: {
        name: this.name,
        node: this.nodes,
        initializer: this.initializers,
        input: this.inputs,
        output: this.outputs,
        valueInfo: [],
      },
    };
  }

  toBytes(): Uint8Array {
    return encodeModel(this.toModel());
  }
}

export function makeNode(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Record<string, AttributeValue> = {},
  name?: string,
): NodeProto {
  return {
    opType,
    name,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([key, value]) => makeAttribute(key, value)),
  };
}

// AttributeProto.AttributeType
const [FLOAT, INT, STRING, TENSOR, FLOATS, INTS] = [1, 2, 3, 4, 6, 7];

function makeAttribute(name: string, value: AttributeValue): Attribute {
  const empty = { name, floats: [], ints: [], strings: [], tensors: [], graphs: [] };
  if (typeof value === "number") return { ...empty, type: INT, i: BigInt(value) };
  if (typeof value === "string") return { ...empty, type: STRING, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { ...empty, type: INTS, ints: value.map(BigInt) };
  if ("dims" in value) return { ...empty, type: TENSOR, t: value };
  const { float: number } = value as FloatAttribute;
  if (typeof number === "number") return { ...empty, type: FLOAT, f: number };
  return { ...empty, type: FLOATS, floats: [...number] };
}

/** Declaration of a graph input or output. */
export function valueInfo(name: string, type: DataTypeName, dims: readonly (number | string)[]): ValueInfo {
  const dim = dims.map((d) => (typeof d === "number" ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: { elemType: DATA_TYPE[type], shape: { dim } } } };
}

/** Declaration of a float32 output whose shape the runtime infers. */
export function floatOutput(name: string): ValueInfo {
  return { name, type: { tensorType: { elemType: DATA_TYPE.float32 } } };
}
