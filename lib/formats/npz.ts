import { type ByteSource, fileSource } from "@/lib/formats/byte-source";
import { halfToFloatInto } from "@/lib/formats/half";
import { DTYPE_BYTES, invalid } from "@/lib/formats/safetensors-header";
import type { StoredMatrix } from "@/lib/formats/stored-matrix";
import { openZip } from "@/lib/formats/zip";

/** An array of an archive of NumPy; its values stay in the file. */
export interface NpzArray {
  dtype: string;
  shape: number[];
  /** As a matrix; a vector is one row. */
  matrix: StoredMatrix;
}

const DTYPES: Readonly<Record<string, string>> = { "<f8": "F64", "<f4": "F32", "<f2": "F16" };
const CHUNK = 4 * 1024 * 1024;

/**
 * Opens an archive of `numpy.savez` (not the compressed kind): the headers are read, the values when they are asked for. Arrays of other than
 * float numbers are left out.
 * @throws AppError FORMAT_UNREADABLE
 */
export async function openNpz(
  path: string,
): Promise<{ label: string; arrays: Map<string, NpzArray>; close(): Promise<void> }> {
  const source = await fileSource(path);
  try {
    const zip = await openZip(source);
    const arrays = new Map<string, NpzArray>();
    for (const name of zip.members.keys()) {
      if (!name.endsWith(".npy")) continue;
      const array = await openArray(await zip.open(name), name.slice(0, -4));
      if (array) arrays.set(name.slice(0, -4), array);
    }
    return { label: source.label, arrays, close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The header is a line of Python: {'descr': '<f4', 'fortran_order': False, 'shape': (2304, 16384), } (NEP 1). */
async function openArray(source: ByteSource, name: string): Promise<NpzArray | undefined> {
  const head = new Uint8Array(12);
  if (source.size < 12) throw invalid(source.label, `${source.size} bytes are too few for an array`);
  await source.readInto(head, 0);
  const view = new DataView(head.buffer);
  const magic = head[0] === 0x93 && new TextDecoder().decode(head.subarray(1, 6)) === "NUMPY";
  if (!magic) throw invalid(source.label, "it is no array of NumPy");
  const [start, length] = head[6]! >= 2 ? [12, view.getUint32(8, true)] : [10, view.getUint16(8, true)];
  if (length > 65_536 || start + length > source.size)
    throw invalid(source.label, `its header of ${length} bytes is too long`);
  const bytes = new Uint8Array(length);
  await source.readInto(bytes, start);
  const text = new TextDecoder().decode(bytes);
  const descr = /'descr': '([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order': (True|False)/.exec(text)?.[1];
  const dims = /'shape': \(([\d, ]*)\)/.exec(text)?.[1];
  if (!descr || !fortran || dims === undefined)
    throw invalid(source.label, "its header has no descr, fortran_order and shape");
  const dtype = DTYPES[descr];
  const shape = dims
    .split(",")
    .filter((dim) => dim.trim() !== "")
    .map(Number);
  if (!dtype || shape.length > 2) return undefined;
  const values = shape.reduce((product, dim) => product * dim, 1);
  const [expected, found] = [values * DTYPE_BYTES[dtype]!, source.size - start - length];
  if (expected !== found)
    throw invalid(source.label, `shape [${shape.join(",")}] of ${dtype} needs ${expected} bytes but has ${found}`);
  const [rows, cols] = shape.length === 2 ? (shape as [number, number]) : [1, values];
  const strides = fortran === "True" ? { rowStride: 1, colStride: rows } : { rowStride: cols, colStride: 1 };
  const read = (out: Float32Array, from: number) => readInto(source, dtype, start + length, out, from);
  return { dtype, shape, matrix: { name, rows, cols, ...strides, offset: 0, read } };
}

async function readInto(
  source: ByteSource,
  dtype: string,
  start: number,
  out: Float32Array,
  from: number,
): Promise<void> {
  if (dtype === "F32")
    return source.readInto(new Uint8Array(out.buffer, out.byteOffset, out.byteLength), start + from * 4);
  const width = DTYPE_BYTES[dtype]!;
  for (let at = 0; at < out.length; at += CHUNK) {
    const part = out.subarray(at, at + CHUNK);
    const bytes = new Uint8Array(part.length * width);
    await source.readInto(bytes, start + (from + at) * width);
    if (dtype === "F16") halfToFloatInto(part, new Uint16Array(bytes.buffer));
    else part.set(new Float64Array(bytes.buffer));
  }
}
