import { AppError } from "@/lib/core/errors";

/** Where one tensor lies: `begin` and `end` are byte offsets from the start of the data section. */
export interface TensorInfo {
  name: string;
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

export interface SafetensorsHeader {
  tensors: Map<string, TensorInfo>; // in header order
  metadata: Record<string, string>;
  dataStart: number; // absolute byte offset of the data section
}

/** Bytes per element. Types outside the readable set are listed so that files holding them can still be opened. */
export const DTYPE_BYTES: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  U32: 4,
  U16: 2,
  U8: 1,
  U64: 8,
  I16: 2,
  I8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
};

export const MAX_HEADER_BYTES = 100_000_000;

export function invalid(label: string, problem: string): AppError {
  return new AppError("FORMAT_UNREADABLE", `${label}: ${problem}`);
}

/** Length N of the JSON header from the first 8 bytes; checks it against the file before anything is allocated. */
export function headerLength(first8: Uint8Array, fileSize: number, label: string): number {
  const view = new DataView(first8.buffer, first8.byteOffset, first8.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) throw invalid(label, `header of ${length} bytes exceeds ${MAX_HEADER_BYTES}`);
  if (8 + length > fileSize) {
    throw invalid(label, `header ends at ${8 + length} but the file has ${fileSize} bytes (truncated download?)`);
  }
  return length;
}

/**
 * Parses and validates the JSON header: ranges must cover the data exactly, without holes or overlaps, and every range
 * must have the size its shape and dtype ask for (rules of the reference implementation, safetensors 0.8).
 */
export function parseHeader(json: Uint8Array, fileSize: number, label: string): SafetensorsHeader {
  const root = parseJson(json, label);
  const dataStart = 8 + json.byteLength;
  const tensors = new Map<string, TensorInfo>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(root)) {
    if (name === "__metadata__") metadata = parseMetadata(value, label);
    else tensors.set(name, parseTensor(name, value, label));
  }
  checkCoverage([...tensors.values()], fileSize - dataStart, dataStart, fileSize, label);
  return { tensors, metadata, dataStart };
}

function parseJson(json: Uint8Array, label: string): Record<string, unknown> {
  if (json[0] !== 0x7b) throw invalid(label, "header does not start with { (not a safetensors file)");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(json);
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw invalid(label, `header is not valid JSON: ${(cause as Error).message}`);
  }
}

function parseMetadata(value: unknown, label: string): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(label, "__metadata__ must be an object of strings");
  }
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry !== "string") {
      throw invalid(label, `__metadata__ "${key}" is a ${entry === null ? "null" : typeof entry}, not a string`);
    }
  }
  return value as Record<string, string>;
}

const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;

function parseTensor(name: string, value: unknown, label: string): TensorInfo {
  const entry = (value ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Array.isArray(shape) || !Array.isArray(offsets) || offsets.length !== 2) {
    throw invalid(label, `tensor "${name}" needs dtype, shape and data_offsets [begin, end]`);
  }
  const size = DTYPE_BYTES[dtype];
  if (size === undefined) throw invalid(label, `tensor "${name}": dtype ${dtype} is not supported`);
  const [begin, end] = offsets as unknown[];
  if (!shape.every(isCount) || !isCount(begin) || !isCount(end) || end < begin) {
    throw invalid(label, `tensor "${name}": shape and data_offsets must be non-negative integers, begin <= end`);
  }
  const expected = shape.reduce((product: number, dim: number) => product * dim, size);
  if (expected !== end - begin) {
    const asked = `shape [${shape.join(",")}] of ${dtype} needs ${expected} bytes`;
    throw invalid(label, `tensor "${name}": ${asked} but data_offsets span ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

function checkCoverage(
  tensors: TensorInfo[],
  dataBytes: number,
  dataStart: number,
  fileSize: number,
  label: string,
): void {
  const sorted = [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  let previous = "the header";
  for (const { name, begin, end } of sorted) {
    if (begin > at) throw invalid(label, `hole of ${begin - at} bytes between ${previous} and tensor "${name}"`);
    if (begin < at) throw invalid(label, `tensor "${name}" overlaps ${previous}`);
    if (end > dataBytes) {
      const ends = `tensor "${name}" ends at ${dataStart + end}`;
      throw invalid(label, `${ends} but the file has ${fileSize} bytes (truncated download?)`);
    }
    at = end;
    previous = `tensor "${name}"`;
  }
  if (at < dataBytes) throw invalid(label, `${dataBytes - at} trailing bytes after the last tensor`);
}
