/**
 * The messages of onnx.proto (IR version 10, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) as TypeScript
 * types, and the table that the codec walks. Only what graphs need has a name; all other fields are kept as bytes in
 * `unknown` and written back unchanged.
 */

/** Fields that the table does not name, in file order: tag and payload as they stood. */
export interface Message {
  unknown?: Uint8Array[];
}

export interface StringEntry extends Message {
  key?: string;
  value?: string;
}

export interface Dimension extends Message {
  dimValue?: number;
  dimParam?: string;
}

export interface TensorShape extends Message {
  dim: Dimension[];
}

export interface TensorType extends Message {
  elemType?: number;
  shape?: TensorShape;
}

export interface TypeProto extends Message {
  tensorType?: TensorType;
}

export interface ValueInfo extends Message {
  name?: string;
  type?: TypeProto;
}

export interface TensorProto extends Message {
  dims: number[];
  dataType?: number;
  floatData: number[];
  int32Data: number[];
  int64Data: bigint[];
  name?: string;
  rawData?: Uint8Array;
  doubleData: number[];
  externalData: StringEntry[];
  /** 1: the values are in another file, named by externalData. */
  dataLocation?: number;
}

export interface Attribute extends Message {
  name?: string;
  f?: number;
  i?: bigint;
  s?: Uint8Array;
  t?: TensorProto;
  g?: GraphProto;
  floats: number[];
  ints: bigint[];
  strings: Uint8Array[];
  tensors: TensorProto[];
  graphs: GraphProto[];
  /** AttributeProto.AttributeType: 1 float, 2 int, 3 string, 4 tensor, 5 graph, 6 floats, 7 ints, 8 strings. */
  type?: number;
}

export interface NodeProto extends Message {
  input: string[];
  output: string[];
  name?: string;
  opType?: string;
  attribute: Attribute[];
  domain?: string;
}

export interface GraphProto extends Message {
  node: NodeProto[];
  name?: string;
  initializer: TensorProto[];
  input: ValueInfo[];
  output: ValueInfo[];
  valueInfo: ValueInfo[];
}

export interface OperatorSet extends Message {
  domain?: string;
  version?: number;
}

export interface ModelProto extends Message {
  irVersion?: number;
  opsetImport: OperatorSet[];
  producerName?: string;
  graph?: GraphProto;
}

export type ScalarKind = "int" | "int64" | "float" | "double" | "string" | "bytes";

export interface Field {
  name: string;
  kind: ScalarKind | MessageName;
  repeated: boolean;
}

export type MessageName =
  | "ModelProto"
  | "OperatorSet"
  | "GraphProto"
  | "NodeProto"
  | "Attribute"
  | "TensorProto"
  | "ValueInfo"
  | "TypeProto"
  | "TensorType"
  | "TensorShape"
  | "Dimension"
  | "StringEntry";

const one = (name: string, kind: Field["kind"]): Field => ({ name, kind, repeated: false });
const many = (name: string, kind: Field["kind"]): Field => ({ name, kind, repeated: true });

/** Field number -> field, for each message. */
export const MESSAGES: Record<MessageName, Record<number, Field>> = {
  ModelProto: {
    1: one("irVersion", "int"),
    2: one("producerName", "string"),
    7: one("graph", "GraphProto"),
    8: many("opsetImport", "OperatorSet"),
  },
  OperatorSet: { 1: one("domain", "string"), 2: one("version", "int") },
  GraphProto: {
    1: many("node", "NodeProto"),
    2: one("name", "string"),
    5: many("initializer", "TensorProto"),
    11: many("input", "ValueInfo"),
    12: many("output", "ValueInfo"),
    13: many("valueInfo", "ValueInfo"),
  },
  NodeProto: {
    1: many("input", "string"),
    2: many("output", "string"),
    3: one("name", "string"),
    4: one("opType", "string"),
    5: many("attribute", "Attribute"),
    7: one("domain", "string"),
  },
  Attribute: {
    1: one("name", "string"),
    2: one("f", "float"),
    3: one("i", "int64"),
    4: one("s", "bytes"),
    5: one("t", "TensorProto"),
    6: one("g", "GraphProto"),
    7: many("floats", "float"),
    8: many("ints", "int64"),
    9: many("strings", "bytes"),
    10: many("tensors", "TensorProto"),
    11: many("graphs", "GraphProto"),
    20: one("type", "int"),
  },
  TensorProto: {
    1: many("dims", "int"),
    2: one("dataType", "int"),
    4: many("floatData", "float"),
    5: many("int32Data", "int"),
    7: many("int64Data", "int64"),
    8: one("name", "string"),
    9: one("rawData", "bytes"),
    10: many("doubleData", "double"),
    13: many("externalData", "StringEntry"),
    14: one("dataLocation", "int"),
  },
  ValueInfo: { 1: one("name", "string"), 2: one("type", "TypeProto") },
  TypeProto: { 1: one("tensorType", "TensorType") },
  TensorType: { 1: one("elemType", "int"), 2: one("shape", "TensorShape") },
  TensorShape: { 1: many("dim", "Dimension") },
  Dimension: { 1: one("dimValue", "int"), 2: one("dimParam", "string") },
  StringEntry: { 1: one("key", "string"), 2: one("value", "string") },
};
