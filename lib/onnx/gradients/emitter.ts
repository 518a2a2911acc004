import { type AttributeValue, floatOutput, makeNode } from "@/lib/onnx/build";
import type { Fact } from "@/lib/onnx/fact";
import type { Facts } from "@/lib/onnx/infer";
import type { NodeProto, TensorProto, ValueInfo } from "@/lib/onnx/schema";
import { DATA_TYPE, tensorOf } from "@/lib/onnx/tensor";

const { float32, int64 } = DATA_TYPE;

/** A tensor's name, or a number that becomes a scalar of the other operand's type. */
type Operand = string | number;

/**
 * Appends nodes to a graph and knows type and shape of what it made. Arithmetic on shapes whose outcome is known makes
 * no node: rules write the general form, and a graph of fixed sizes gets constants.
 */
export class Emitter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  private readonly constants = new Map<string, string>();
  private count = 0;

  /** @param prefix of all new names; no name of the graph may start with it. */
  constructor(
    readonly facts: Facts,
    readonly opset: number,
    private readonly prefix: string,
  ) {}

  fact(name: string): Fact {
    return this.facts.of(name);
  }

  /** Adds a node with one output and returns the output's name. */
  op(opType: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}): string {
    return this.append(makeNode(opType, inputs, [], attributes));
  }

  /** A copy of `node` that reads other tensors; returns the first output's name. */
  again(node: NodeProto, inputs: readonly string[]): string {
    return this.append({ ...node, input: [...inputs] });
  }

  /** Names a gradient as a float32 output of the graph, and declares it. */
  output(tensor: string, as: string): ValueInfo {
    // The cast costs nothing on float32 and makes the output's name and type certain.
    this.nodes.push(makeNode("Cast", [tensor], [as], { to: float32 }, as));
    return floatOutput(as);
  }

  private append(node: NodeProto): string {
    const name = this.name(node.opType ?? "");
    const added = { ...node, name, output: [name] };
    this.facts.addNode(added);
    const { type, dims, value } = this.fact(name);
    if (type === int64 && value?.every(Number.isSafeInteger) && dims?.every(Number.isSafeInteger)) {
      return this.ints(value as readonly number[], dims as readonly number[]);
    }
    this.nodes.push(added);
    return name;
  }

  private name(kind: string): string {
    return `${this.prefix}/${kind}_${this.count++}`;
  }

  /** An int64 constant, by default a vector. */
  ints(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.constant(`int64[${dims}] ${values}`, (name) =>
      tensorOf(
        name,
        dims,
        BigInt64Array.from(values, (value) => BigInt(value)),
      ),
    );
  }

  /** A scalar of the type of `like`. */
  scalar(value: number, like: string): string {
    const single = this.constant(`float32 ${value}`, (name) => tensorOf(name, [], Float32Array.of(value)));
    // The runtime folds casts of constants when it loads the graph.
    return this.castTo(single, this.fact(like).type);
  }

  private constant(key: string, make: (name: string) => TensorProto): string {
    const found = this.constants.get(key);
    if (found) return found;
    const name = this.name("constant");
    const tensor = make(name);
    this.initializers.push(tensor);
    this.facts.addConstant(tensor);
    this.constants.set(key, name);
    return name;
  }

  castTo(x: string, type: number = float32): string {
    return this.fact(x).type === type ? x : this.op("Cast", [x], { to: type });
  }

  castLike(x: string, like: string): string {
    return this.castTo(x, this.fact(like).type);
  }

  add(a: Operand, b: Operand): string {
    return this.binary("Add", a, b);
  }

  sub(a: Operand, b: Operand): string {
    return this.binary("Sub", a, b);
  }

  mul(a: Operand, b: Operand): string {
    return this.binary("Mul", a, b);
  }

  div(a: Operand, b: Operand): string {
    return this.binary("Div", a, b);
  }

  neg(x: string): string {
    return this.op("Neg", [x]);
  }

  /** Where `test` holds `a`, elsewhere `b`. */
  where(test: string, a: Operand, b: Operand): string {
    return this.op("Where", [test, ...this.operands(a, b)]);
  }

  private binary(opType: string, a: Operand, b: Operand): string {
    return this.op(opType, this.operands(a, b));
  }

  private operands(a: Operand, b: Operand): [string, string] {
    if (typeof a === "string") return [a, typeof b === "string" ? b : this.scalar(b, a)];
    if (typeof b === "string") return [this.scalar(a, b), b];
    throw new TypeError("one operand must be a tensor");
  }
}
