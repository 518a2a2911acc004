import { bfloatToFloatInto, halfToFloatInto } from "@/lib/formats/half";
import type { TensorProto } from "@/lib/onnx/schema";
import { unreadable } from "@/lib/onnx/wire";

/** TensorProto.DataType numbers of the types that graphs here use. */
export const DATA_TYPE = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20,
  uint4: 21,
  int4: 22,
  float4e2m1: 23,
} as const;

export type DataTypeName = keyof typeof DATA_TYPE;

const EXTERNAL = 1;

/** Number of elements; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Bytes of one element by DATA_TYPE; two of 4 bits share one. Strings are not in it. */
const ELEMENT_BYTES: Record<number, number> = {
  [DATA_TYPE.float32]: 4,
  [DATA_TYPE.uint8]: 1,
  [DATA_TYPE.int8]: 1,
  [DATA_TYPE.uint16]: 2,
  [DATA_TYPE.int16]: 2,
  [DATA_TYPE.int32]: 4,
  [DATA_TYPE.int64]: 8,
  [DATA_TYPE.bool]: 1,
  [DATA_TYPE.float16]: 2,
  [DATA_TYPE.float64]: 8,
  [DATA_TYPE.uint32]: 4,
  [DATA_TYPE.uint64]: 8,
  [DATA_TYPE.bfloat16]: 2,
  [DATA_TYPE.float8e4m3fn]: 1,
  [DATA_TYPE.float8e4m3fnuz]: 1,
  [DATA_TYPE.float8e5m2]: 1,
  [DATA_TYPE.float8e5m2fnuz]: 1,
  [DATA_TYPE.uint4]: 0.5,
  [DATA_TYPE.int4]: 0.5,
  [DATA_TYPE.float4e2m1]: 0.5,
};

/** Bytes that a tensor's shape needs as raw data; undefined for types that no graph here has weights in. */
export function rawBytes({ dims, dataType }: TensorProto): number | undefined {
  const bytes = ELEMENT_BYTES[dataType ?? 0];
  return bytes === undefined ? undefined : Math.ceil(bytes * elementCount(dims));
}

/** True when the values lie in another file (see `externalExtents`). */
export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === EXTERNAL;
}

/**
 * Values of a float32, float16, bfloat16 or float64 tensor as float32, row-major, copied.
 * @throws AppError MODEL_UNREADABLE for another type, external data, or a length that does not fit the shape.
 */
export function floatValues(tensor: TensorProto, label: string): Float32Array {
  const count = elementCount(tensor.dims);
  const raw = tensor.rawData ? aligned(tensor.rawData) : undefined;
  const out = values(tensor, count, raw);
  if (out === undefined || out.length !== count) throw misfit(tensor, count, label);
  return out;
}

function values(tensor: TensorProto, count: number, raw: Uint8Array | undefined): Float32Array | undefined {
  switch (tensor.dataType) {
    case DATA_TYPE.float32:
      if (!raw) return Float32Array.from(tensor.floatData);
      return raw.length === count * 4 ? new Float32Array(raw.buffer, raw.byteOffset, count) : undefined;
    case DATA_TYPE.float16:
    case DATA_TYPE.bfloat16: {
      if (raw && raw.length !== count * 2) return undefined;
      const bits = raw ? new Uint16Array(raw.buffer, raw.byteOffset, count) : Uint16Array.from(tensor.int32Data);
      const out = new Float32Array(bits.length);
      if (tensor.dataType === DATA_TYPE.float16) halfToFloatInto(out, bits);
      else bfloatToFloatInto(out, bits);
      return out;
    }
    case DATA_TYPE.float64:
      if (!raw) return Float32Array.from(tensor.doubleData);
      return raw.length === count * 8
        ? Float32Array.from(new Float64Array(raw.buffer, raw.byteOffset, count))
        : undefined;
    default:
      return undefined;
  }
}

/** Values of an int64 or int32 tensor as numbers. @throws AppError MODEL_UNREADABLE as `floatValues`. */
export function intValues(tensor: TensorProto, label: string): number[] {
  const count = elementCount(tensor.dims);
  const raw = tensor.rawData ? aligned(tensor.rawData) : undefined;
  let out: number[] | undefined;
  if (tensor.dataType === DATA_TYPE.int64) {
    if (!raw) out = tensor.int64Data.map(Number);
    else if (raw.length === count * 8) out = Array.from(new BigInt64Array(raw.buffer, raw.byteOffset, count), Number);
  } else if (tensor.dataType === DATA_TYPE.int32) {
    if (!raw) out = tensor.int32Data;
    else if (raw.length === count * 4) out = Array.from(new Int32Array(raw.buffer, raw.byteOffset, count));
  }
  if (out === undefined || out.length !== count) throw misfit(tensor, count, label);
  return out;
}

function misfit(tensor: TensorProto, count: number, label: string) {
  const where = isExternal(tensor) ? "external values that were not read" : `type ${tensor.dataType}`;
  return unreadable(
    label,
    `tensor "${tensor.name ?? ""}" of shape [${tensor.dims}] needs ${count} values, has ${where}`,
  );
}

/** A copy that starts at offset 0, so that typed arrays of any width can look at it. */
function aligned(bytes: Uint8Array): Uint8Array {
  // Not slice(): that of a Buffer is a view.
  return new Uint8Array(bytes);
}

export type TensorValues = Float32Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array;

const TYPE_OF: [new (n: number) => TensorValues, number][] = [
  [Float32Array, DATA_TYPE.float32],
  [Int32Array, DATA_TYPE.int32],
  [BigInt64Array, DATA_TYPE.int64],
  [Uint16Array, DATA_TYPE.float16],
  [Uint8Array, DATA_TYPE.uint8],
];

/**
 * A TensorProto over `data` (not copied). The array's class gives the type: Float32Array float32, Int32Array int32,
 * BigInt64Array int64, Uint16Array float16 bits, Uint8Array uint8.
 */
export function tensorOf(name: string, dims: readonly number[], data: TensorValues): TensorProto {
  if (elementCount(dims) !== data.length) {
    throw new RangeError(`tensor "${name}": ${data.length} values cannot have shape [${dims}]`);
  }
  return {
    name,
    dims: [...dims],
    dataType: TYPE_OF.find(([type]) => data instanceof type)?.[1],
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    floatData: [],
    int32Data: [],
    int64Data: [],
    doubleData: [],
    externalData: [],
  };
}
