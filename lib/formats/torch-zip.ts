import { type ByteSource, fileSource } from "@/lib/formats/byte-source";
import { bfloatToFloatInto, halfToFloatInto } from "@/lib/formats/half";
import { type Callable, type PickleMap, type PickleValue, unpickle } from "@/lib/formats/pickle";
import { DTYPE_BYTES, invalid } from "@/lib/formats/safetensors-header";
import { readAll, type StoredMatrix } from "@/lib/formats/stored-matrix";
import { openZip, type ZipArchive } from "@/lib/formats/zip";

/** Storage classes of torch and the names of their element types. */
export const STORAGE_DTYPE: Readonly<Record<string, string>> = {
  DoubleStorage: "F64",
  FloatStorage: "F32",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
};

interface Storage {
  kind: "storage";
  key: string;
  dtype: string;
  count: number; // elements
}

/** A tensor of a torch file; its values stay in the file. Several may share a storage. */
export interface TorchTensor {
  kind: "tensor";
  dtype: string;
  shape: number[];
  stride: number[]; // in elements, as torch has them
  offset: number;
  storage: string;
  elements: number; // of the storage
}

export type TorchValue = PickleValue<Storage | TorchTensor>;
export type TorchMap = PickleMap<Storage | TorchTensor>;

/** An open file of `torch.save` in its ZIP form. */
export interface TorchFile {
  label: string;
  value: TorchValue;
  /** A tensor of one or two dimensions (one is taken as a row; a scalar has one value) whose values are read when asked for. */
  matrix(tensor: TorchTensor, name: string): StoredMatrix;
  /** All values of a float tensor as float32, row-major. */
  readFloat32(tensor: TorchTensor, name: string): Promise<Float32Array>;
  /** All values of an integer tensor as exact numbers. */
  readIntegers(tensor: TorchTensor, name: string): Promise<number[]>;
  close(): Promise<void>;
}

/** The pickle of a few hundred tensors has some 100 kB; objects made of one that is larger could fill the heap. */
const MOST_PICKLE = 4 * 1024 * 1024;
const MOST_FEW = 2 ** 20;
/** Elements that are converted at a time. */
const CHUNK = 4 * 1024 * 1024;

export const isTensor = (value: unknown): value is TorchTensor => (value as TorchTensor | null)?.kind === "tensor";

/** Opens a torch file: directory and pickle are read, tensors are not. Close it when done. @throws AppError FORMAT_UNREADABLE */
export async function openTorch(path: string, label?: string): Promise<TorchFile> {
  const source = await fileSource(path, label);
  try {
    return await readTorch(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The same over any bytes; the file closes its source. */
export async function readTorch(source: ByteSource): Promise<TorchFile> {
  const { label } = source;
  await checkContainer(source);
  const zip = await openZip(source);
  const root = rootOf(zip);
  if (zip.members.has(`${root}byteorder`)) {
    const order = new TextDecoder().decode(await zip.read(`${root}byteorder`, 64)).trim();
    if (order !== "little") throw invalid(label, `byte order "${order}" is not supported (little is)`);
  }
  const value = unpickle<Storage | TorchTensor>(await zip.read(`${root}data.pkl`, MOST_PICKLE), {
    label,
    globals: allowed(label),
    persistent: (id) => storageOf(id, zip, root),
  });
  const opened = new Map<string, Promise<ByteSource>>();
  const storage = (key: string) => {
    const known = opened.get(key) ?? zip.open(`${root}data/${key}`);
    opened.set(key, known);
    return known;
  };
  const matrix = (tensor: TorchTensor, name: string): StoredMatrix => {
    const [rows, cols] = tensor.shape.length === 2 ? tensor.shape : [1, tensor.shape[0] ?? 1];
    const [rowStride, colStride] = tensor.stride.length === 2 ? tensor.stride : [0, tensor.stride[0] ?? 1];
    if (tensor.shape.length > 2) throw invalid(label, `${name} has ${tensor.shape.length} dimensions, more than 2`);
    // A few values that repeat are legal, but also a way to ask for any amount of memory.
    if (rows! * cols! > Math.max(tensor.elements, MOST_FEW)) {
      throw invalid(label, `${name} [${tensor.shape.join(",")}] repeats ${tensor.elements} values`);
    }
    const read = async (out: Float32Array, from: number) =>
      readFloats(await storage(tensor.storage), tensor.dtype, out, from, name);
    return {
      name,
      rows: rows!,
      cols: cols!,
      rowStride: rowStride!,
      colStride: colStride!,
      offset: tensor.offset,
      read,
    };
  };
  return {
    label,
    value,
    matrix,
    readFloat32: (tensor, name) => readAll(matrix(tensor, name)),
    readIntegers: async (tensor, name) => readInts(await storage(tensor.storage), tensor, name),
    close: () => source.close(),
  };
}

async function checkContainer(source: ByteSource): Promise<void> {
  const first = new Uint8Array(Math.min(4, source.size));
  await source.readInto(first, 0);
  if (first[0] === 0x50 && first[1] === 0x4b) return;
  if (first[0] === 0x80) {
    const again = "load it with torch and save it again with torch.save(x, path)";
    throw invalid(source.label, `it is a plain pickle or a torch file from before 1.6, which are not read: ${again}`);
  }
  throw invalid(source.label, "it is not a file of torch.save (no ZIP archive)");
}

/** The one folder of the archive, with its slash. */
function rootOf(zip: ZipArchive): string {
  const found = [...zip.members.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (found.length !== 1) throw invalid(zip.label, "it is a ZIP archive but not of torch.save (one <name>/data.pkl)");
  return found[0]!.slice(0, -"data.pkl".length);
}

function allowed(label: string): Map<string, Callable<Storage | TorchTensor>> {
  const callables: Callable<Storage | TorchTensor>[] = [
    { global: "collections OrderedDict", call: () => new Map() },
    { global: "torch._utils _rebuild_tensor_v2", call: (args) => tensorOf(args, label) },
    { global: "torch._utils _rebuild_parameter", call: ([data]) => data ?? null },
    { global: "torch Size", call: ([size]) => size ?? null },
    ...Object.keys(STORAGE_DTYPE).map((name) => ({ global: `torch ${name}` })),
  ];
  return new Map(callables.map((callable) => [callable.global, callable]));
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** ("storage", class, key, device, number of elements): bytes of the archive that must be there. */
function storageOf(id: TorchValue, zip: ZipArchive, root: string): Storage {
  const [word, kind, key, , count] = Array.isArray(id) ? id : [];
  const name = (kind as Callable<unknown> | undefined)?.global?.replace("torch ", "") ?? "";
  const dtype = STORAGE_DTYPE[name];
  if (word !== "storage" || !dtype || typeof key !== "string" || !isCount(count)) {
    throw invalid(zip.label, "its pickle refers to something that is no storage");
  }
  const member = zip.members.get(`${root}data/${key}`);
  if (!member) throw invalid(zip.label, `the bytes of storage "${key}" are missing`);
  const bytes = count * DTYPE_BYTES[dtype]!;
  // Empty storages may be written as one byte by old versions.
  if (member.bytes < bytes || (count > 0 && member.bytes > bytes)) {
    throw invalid(zip.label, `storage "${key}" of ${count} ${dtype} needs ${bytes} bytes but has ${member.bytes}`);
  }
  return { kind: "storage", key, dtype, count };
}

/** (storage, offset, size, stride, requires_grad, hooks). */
function tensorOf([storage, offset, size, stride]: TorchValue[], label: string): TorchTensor {
  const from = storage as Storage | undefined;
  const counts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);
  if (
    from?.kind !== "storage" ||
    !isCount(offset) ||
    !counts(size) ||
    !counts(stride) ||
    size.length !== stride.length
  ) {
    throw invalid(label, "a tensor of its pickle is not made as torch makes them");
  }
  const values = size.reduce((product, dim) => product * dim, 1);
  const last = size.reduce((sum, dim, i) => sum + (dim - 1) * stride[i]!, offset);
  if (values > 0 && last >= from.count) {
    throw invalid(label, `a tensor [${size.join(",")}] ends at element ${last + 1} of a storage of ${from.count}`);
  }
  const { dtype, key, count } = from;
  return { kind: "tensor", dtype, shape: [...size], stride: [...stride], offset, storage: key, elements: count };
}

async function readFloats(source: ByteSource, dtype: string, out: Float32Array, from: number, name: string) {
  const width = DTYPE_BYTES[dtype]!;
  if (dtype === "F32") {
    await source.readInto(new Uint8Array(out.buffer, out.byteOffset, out.byteLength), from * 4);
    return;
  }
  if (!["F64", "F16", "BF16"].includes(dtype)) {
    throw invalid(source.label, `${name}: dtype ${dtype} is not supported for weights (F64, F32, F16, BF16)`);
  }
  for (let at = 0; at < out.length; at += CHUNK) {
    const part = out.subarray(at, at + CHUNK);
    const bytes = new Uint8Array(part.length * width);
    await source.readInto(bytes, (from + at) * width);
    if (dtype === "F16") halfToFloatInto(part, new Uint16Array(bytes.buffer));
    else if (dtype === "BF16") bfloatToFloatInto(part, new Uint16Array(bytes.buffer));
    else part.set(new Float64Array(bytes.buffer));
  }
}

const INTEGERS: Record<string, (view: DataView, at: number) => number | bigint> = {
  I64: (view, at) => view.getBigInt64(at, true),
  I32: (view, at) => view.getInt32(at, true),
  I16: (view, at) => view.getInt16(at, true),
  I8: (view, at) => view.getInt8(at),
  U8: (view, at) => view.getUint8(at),
  BOOL: (view, at) => view.getUint8(at),
};

/** Contiguous tensors of a few values: sizes, counts, k. */
async function readInts(source: ByteSource, tensor: TorchTensor, name: string): Promise<number[]> {
  const read = INTEGERS[tensor.dtype];
  if (!read || tensor.shape.length > 1 || (tensor.shape[0] ?? 1) > MOST_FEW) {
    throw invalid(source.label, `${name}: ${tensor.dtype} [${tensor.shape.join(",")}] is not a list of integers`);
  }
  const width = DTYPE_BYTES[tensor.dtype]!;
  const bytes = new Uint8Array(width);
  const out: number[] = [];
  for (let i = 0; i < (tensor.shape[0] ?? 1); i++) {
    await source.readInto(bytes, (tensor.offset + i * (tensor.stride[0] ?? 1)) * width);
    const value = Number(read(new DataView(bytes.buffer), 0));
    if (!Number.isSafeInteger(value)) throw invalid(source.label, `${name}: an integer is too large`);
    out.push(value);
  }
  return out;
}
