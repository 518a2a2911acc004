import { type ByteSource, bytesSource, fileSource } from "@/lib/formats/byte-source";
import { bfloatToFloatInto, halfToFloatInto } from "@/lib/formats/half";
import { DTYPE_BYTES, headerLength, invalid, parseHeader, type TensorInfo } from "@/lib/formats/safetensors-header";

/**
 * An open safetensors file (https://github.com/huggingface/safetensors). Only the header is in memory; tensors are read
 * when asked for, in chunks, so files larger than memory and tensors larger than 2 GiB work.
 */
export interface Safetensors {
  label: string;
  tensors: ReadonlyMap<string, TensorInfo>;
  metadata: Readonly<Record<string, string>>;
  /** Tensor header; throws naming the missing tensor and those present. */
  info(name: string): TensorInfo;
  /** All values of a F64, F32, F16 or BF16 tensor as float32, row-major. */
  readFloat32(name: string): Promise<Float32Array>;
  /** As readFloat32 for elements `from` (inclusive) to `to` (exclusive) in row-major order. */
  readFloat32Range(name: string, from: number, to: number): Promise<Float32Array>;
  /** As readFloat32Range into an array that is there: elements from `from` on, as many as it holds. */
  readFloat32Into(name: string, out: Float32Array, from: number): Promise<void>;
  /** All values of a F64 tensor (or a narrower float) as float64. */
  readFloat64(name: string): Promise<Float64Array>;
  /** All values of an I64, I32, U32, U16, I16 or U8 tensor as exact numbers (beyond 2^53 is an error). */
  readIntegers(name: string): Promise<Float64Array>;
  /** Raw little-endian bytes of a tensor of any dtype. */
  readBytes(name: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a file and validates its header; errors are AppError FORMAT_UNREADABLE. Close it when done. */
export async function openSafetensors(path: string, label?: string): Promise<Safetensors> {
  const source = await fileSource(path, label);
  try {
    return await readSafetensors(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The same over bytes in memory. */
export function parseSafetensors(bytes: Uint8Array, label = "safetensors"): Promise<Safetensors> {
  return readSafetensors(bytesSource(bytes, label));
}

/** Elements converted per step when the stored type is not float32: bounds the extra memory. */
const CHUNK = 4 * 1024 * 1024;

/** The same over any bytes; the file closes its source. */
export async function readSafetensors(source: ByteSource): Promise<Safetensors> {
  const { label, size } = source;
  if (size < 8) throw invalid(label, `${size} bytes are too few for a safetensors file`);
  const first = new Uint8Array(8);
  await source.readInto(first, 0);
  const json = new Uint8Array(headerLength(first, size, label));
  await source.readInto(json, 8);
  const { tensors, metadata, dataStart } = parseHeader(json, size, label);

  const info = (name: string): TensorInfo => {
    const found = tensors.get(name);
    if (!found) throw invalid(label, `missing "${name}"; found ${[...tensors.keys()].join(", ") || "no tensors"}`);
    return found;
  };
  const read = async (tensor: TensorInfo, fromByte: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> => {
    const out = new Uint8Array(bytes);
    await source.readInto(out, dataStart + tensor.begin + fromByte);
    return out;
  };

  function checkRange(tensor: TensorInfo, from: number, to: number): void {
    if (from >= 0 && to >= from && to * DTYPE_BYTES[tensor.dtype]! <= tensor.end - tensor.begin) return;
    throw new RangeError(`${label}: "${tensor.name}" has no elements ${from} to ${to}`);
  }

  async function readFloat32Into(name: string, out: Float32Array, from: number): Promise<void> {
    const tensor = info(name);
    const width = DTYPE_BYTES[tensor.dtype] as number;
    const to = from + out.length;
    checkRange(tensor, from, to);
    if (tensor.dtype === "F32") {
      const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
      await source.readInto(bytes, dataStart + tensor.begin + from * 4);
      return;
    }
    for (let at = from; at < to; at += CHUNK) {
      const count = Math.min(CHUNK, to - at);
      const { buffer } = await read(tensor, at * width, count * width);
      const part = out.subarray(at - from, at - from + count);
      if (tensor.dtype === "F16") halfToFloatInto(part, new Uint16Array(buffer));
      else if (tensor.dtype === "BF16") bfloatToFloatInto(part, new Uint16Array(buffer));
      else if (tensor.dtype === "F64") part.set(new Float64Array(buffer));
      else throw invalid(label, `${name}: dtype ${tensor.dtype} is not supported for weights (F64, F32, F16, BF16)`);
    }
  }

  async function readFloat32Range(name: string, from: number, to: number): Promise<Float32Array> {
    checkRange(info(name), from, to);
    const out = new Float32Array(to - from);
    await readFloat32Into(name, out, from);
    return out;
  }

  const elements = (name: string) => info(name).shape.reduce((product, dim) => product * dim, 1);
  const readBytes = async (name: string) => {
    const tensor = info(name);
    return read(tensor, 0, tensor.end - tensor.begin);
  };
  const readFloat32 = async (name: string) => readFloat32Range(name, 0, elements(name));

  return {
    label,
    tensors,
    metadata,
    info,
    readFloat32Range,
    readFloat32Into,
    readFloat32,
    readBytes,
    async readFloat64(name) {
      if (info(name).dtype === "F64") return new Float64Array((await readBytes(name)).buffer);
      return Float64Array.from(await readFloat32(name));
    },
    async readIntegers(name) {
      return decodeIntegers((await readBytes(name)).buffer, info(name), label);
    },
    close: () => source.close(),
  };
}

function decodeIntegers(buffer: ArrayBuffer, { name, dtype }: TensorInfo, label: string): Float64Array {
  if (dtype === "I32") return Float64Array.from(new Int32Array(buffer));
  if (dtype === "U32") return Float64Array.from(new Uint32Array(buffer));
  if (dtype === "U16") return Float64Array.from(new Uint16Array(buffer));
  if (dtype === "I16") return Float64Array.from(new Int16Array(buffer));
  if (dtype === "U8") return Float64Array.from(new Uint8Array(buffer));
  if (dtype !== "I64") {
    throw invalid(label, `${name}: dtype ${dtype} is not supported for indices (I64, I32, U32, U16, I16, U8)`);
  }
  const wide = new BigInt64Array(buffer);
  const out = new Float64Array(wide.length);
  for (let i = 0; i < wide.length; i++) {
    const value = Number(wide[i]);
    if (!Number.isSafeInteger(value)) throw invalid(label, `${name}: ${wide[i]} is too large to be an index`);
    out[i] = value;
  }
  return out;
}
