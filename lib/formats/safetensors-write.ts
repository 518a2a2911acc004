import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "@/lib/core/errors";
import { floatToBfloatInto, floatToHalfInto } from "@/lib/formats/half";
import { DTYPE_BYTES } from "@/lib/formats/safetensors-header";
import {
  inParallel,
  rowBlocks,
  runsDown,
  type StoredMatrix,
  transposed,
  transposeInto,
} from "@/lib/formats/stored-matrix";

/** One tensor to write. Float types take a Float32Array or Float64Array, integer types the array of their own width. */
export interface TensorData {
  name: string;
  dtype: "F64" | "F32" | "F16" | "BF16" | "I64" | "I32" | "U32" | "U16" | "I16" | "U8";
  shape: readonly number[];
  data: Float64Array | Float32Array | BigInt64Array | Int32Array | Uint32Array | Uint16Array | Int16Array | Uint8Array;
}

/** A tensor whose values are read while it is written, so that it may be larger than memory: [rows, cols] or a vector. */
export interface StoredTensor {
  name: string;
  dtype: "F32" | "F16" | "BF16";
  shape: readonly number[];
  stored: StoredMatrix;
}

const CHUNK = 4 * 1024 * 1024; // elements per conversion step

/**
 * Writes a safetensors file: largest dtype first, header padded to 8 bytes, to a temporary name in the same folder, then
 * fsync and rename, so that readers see the old file or the complete new one, never a part.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly (TensorData | StoredTensor)[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const ordered = order(tensors);
  const temporary = `${path}.tmp-${randomUUID()}`;
  const handle = await open(temporary, "w");
  try {
    const header = encodeHeader(ordered, metadata);
    await writeAt(handle, header, 0);
    let at = header.byteLength;
    for (const tensor of ordered) {
      if ("stored" in tensor) await writeStored(handle, tensor, at);
      else await writeParts(handle, encodeParts(tensor), at);
      at += countOf(tensor) * bytesOf(tensor);
    }
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The same file as bytes. */
export function encodeSafetensors(
  tensors: readonly TensorData[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const ordered = order(tensors) as TensorData[];
  const parts = [encodeHeader(ordered, metadata)];
  for (const tensor of ordered) parts.push(...encodeParts(tensor));
  return new Uint8Array(Buffer.concat(parts));
}

type AnyTensor = TensorData | StoredTensor;

const bytesOf = (tensor: AnyTensor) => DTYPE_BYTES[tensor.dtype] as number;
const countOf = (tensor: AnyTensor) =>
  "stored" in tensor ? tensor.stored.rows * tensor.stored.cols : tensor.data.length;

/** Largest element first keeps every tensor aligned to its own width. Stable for equal widths. */
function order(tensors: readonly AnyTensor[]): AnyTensor[] {
  const names = new Set<string>();
  for (const tensor of tensors) {
    const count = tensor.shape.reduce((product, dim) => product * dim, 1);
    if (count !== countOf(tensor)) {
      const shape = `[${tensor.shape.join(",")}]`;
      throw new RangeError(`"${tensor.name}": shape ${shape} does not fit ${countOf(tensor)} values`);
    }
    if (names.has(tensor.name) || tensor.name === "__metadata__") {
      throw new RangeError(`tensor name "${tensor.name}" is used twice or reserved`);
    }
    names.add(tensor.name);
  }
  return [...tensors].sort((a, b) => bytesOf(b) - bytesOf(a));
}

function encodeHeader(tensors: readonly AnyTensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let at = 0;
  for (const tensor of tensors) {
    const end = at + countOf(tensor) * bytesOf(tensor);
    header[tensor.name] = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [at, end] };
    at = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + length).fill(0x20);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.set(json, 8);
  return out;
}

/** Little-endian bytes of a tensor in bounded pieces. */
function* encodeParts({ name, dtype, data }: TensorData): Generator<Uint8Array> {
  if (storedAs(data) === dtype) {
    const step = CHUNK * 4;
    for (let at = 0; at < data.byteLength; at += step) {
      yield new Uint8Array(data.buffer, data.byteOffset + at, Math.min(step, data.byteLength - at));
    }
    return;
  }
  if (!(data instanceof Float32Array) && !(data instanceof Float64Array)) {
    throw new AppError("INTERNAL", `"${name}": cannot store ${data.constructor.name} as ${dtype}`);
  }
  for (let at = 0; at < data.length; at += CHUNK) {
    const part = data.subarray(at, at + CHUNK);
    const floats = part instanceof Float32Array ? part : Float32Array.from(part);
    if (dtype === "F64") yield new Uint8Array(Float64Array.from(part).buffer);
    else if (dtype === "F32") yield new Uint8Array(Float32Array.from(floats).buffer);
    else if (dtype === "F16" || dtype === "BF16") {
      const half = new Uint16Array(part.length);
      (dtype === "F16" ? floatToHalfInto : floatToBfloatInto)(half, floats);
      yield new Uint8Array(half.buffer);
    } else throw new AppError("INTERNAL", `"${name}": cannot store floats as ${dtype}`);
  }
}

function storedAs(data: TensorData["data"]): TensorData["dtype"] {
  if (data instanceof Float64Array) return "F64";
  if (data instanceof Float32Array) return "F32";
  if (data instanceof BigInt64Array) return "I64";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof Uint32Array) return "U32";
  if (data instanceof Int16Array) return "I16";
  return data instanceof Uint16Array ? "U16" : "U8";
}

async function writeParts(handle: FileHandle, parts: Iterable<Uint8Array>, at: number): Promise<void> {
  let to = at;
  for (const part of parts) {
    await writeAt(handle, part, to);
    to += part.byteLength;
  }
}

/** Block by block; a matrix that runs the other way is read as it runs, and each of its rows gets a short stretch at a time. */
async function writeStored(handle: FileHandle, tensor: StoredTensor, at: number): Promise<void> {
  const { name, dtype, stored } = tensor;
  const width = bytesOf(tensor);
  const partsOf = (data: Float32Array) => encodeParts({ name, dtype, shape: [data.length], data });
  if (!runsDown(stored)) {
    for await (const { from, data } of rowBlocks(stored)) {
      await writeParts(handle, partsOf(data), at + from * stored.cols * width);
    }
    return;
  }
  let turned = new Float32Array(0);
  for await (const { from, data } of rowBlocks(transposed(stored))) {
    const run = data.length / stored.rows;
    if (turned.length < data.length) turned = new Float32Array(data.length);
    transposeInto(turned, data, run, stored.rows);
    await inParallel(stored.rows, (r) =>
      writeParts(handle, partsOf(turned.subarray(r * run, (r + 1) * run)), at + (r * stored.cols + from) * width),
    );
  }
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, at + done);
    done += bytesWritten;
  }
}

/** Makes the rename itself durable. Some file systems refuse to sync a folder; the data is already on disk then. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
