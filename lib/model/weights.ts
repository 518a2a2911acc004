import { open, stat } from "node:fs/promises";
import { freemem } from "node:os";
import { basename, dirname, join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { encodeModel } from "@/lib/onnx/codec";
import { type Extent, externalExtents, externalise, inlineTensors } from "@/lib/onnx/external";
import type { ModelProto, TensorProto } from "@/lib/onnx/schema";

/** Most bytes of one read: Node takes less than 2 GiB at a time. */
const CHUNK = 2 ** 30;

/**
 * Reads external values of some of a model's tensors into them.
 * @param path of the file that the model was read from: side files lie beside it.
 * @throws AppError MODEL_UNREADABLE for a side file that is missing or too short.
 */
export async function inlineWeights(tensors: readonly TensorProto[], path: string): Promise<void> {
  await inlineTensors(tensors, (extent) => readExtent(dirname(path), extent), path);
}

async function readExtent(folder: string, { location, offset, length }: Extent): Promise<Uint8Array> {
  const path = join(folder, location);
  const file = await open(path).catch((cause) => {
    throw missing(path, cause);
  });
  try {
    const { size } = await file.stat();
    const out = new Uint8Array(Math.max(0, length ?? size - offset));
    for (let at = 0; at < out.length; ) {
      const { bytesRead } = await file.read(out, at, Math.min(CHUNK, out.length - at), offset + at);
      if (bytesRead === 0) throw tooShort(path, size);
      at += bytesRead;
    }
    return out;
  } finally {
    await file.close();
  }
}

/** Checks, without reading them, that the side files of a model are there and long enough. @throws as `inlineWeights`. */
export async function checkSideFiles(model: ModelProto, path: string): Promise<void> {
  const ends = new Map<string, number>();
  for (const { location, offset, length } of externalExtents(model, path)) {
    ends.set(location, Math.max(ends.get(location) ?? 0, offset + (length ?? 0)));
  }
  for (const [location, end] of ends) {
    const file = join(dirname(path), location);
    const { size } = await stat(file).catch((cause) => {
      throw missing(file, cause);
    });
    if (size < end) throw tooShort(file, size);
  }
}

function missing(path: string, cause: unknown): AppError {
  return new AppError("MODEL_UNREADABLE", `${path} is missing: it holds weights of the model beside it.`, { cause });
}

function tooShort(path: string, size: number): AppError {
  return new AppError("MODEL_UNREADABLE", `${path} has ${size} bytes, too few for the model: download it again.`);
}

/**
 * Refuses a model whose weights do not fit into memory, before the machine starts to swap or kills the process.
 * @param available bytes; what this process may still use, limits of its container included.
 * @throws AppError NO_MEMORY.
 */
export function assertMemory(model: ModelProto, path: string, available = availableMemory()): void {
  const { inline, external } = weightBytes(model, path);
  // Inline weights exist twice while they are handed over.
  const needed = 2 * inline + external;
  if (needed <= available) return;
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new AppError(
    "NO_MEMORY",
    `${path} needs ${gb(needed)} of memory and ${gb(available)} is free: take a smaller precision of the model (q4, int8), stop other programs, or use a machine with more.`,
  );
}

/** Bytes of a model's weights, in its file and beside it. */
export function weightBytes(model: ModelProto, path: string): { inline: number; external: number } {
  const inline = (model.graph?.initializer ?? []).reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
  const external = externalExtents(model, path).reduce((sum, { length = 0 }) => sum + length, 0);
  return { inline, external };
}

function availableMemory(): number {
  return process.availableMemory?.() ?? freemem();
}

/**
 * Writes a model of any size: large values go into one side file, `<name>_data`, beside it.
 * @throws AppError MODEL_UNREADABLE when values of the model lie in another file.
 */
export async function writeModel(model: ModelProto, path: string): Promise<void> {
  const [elsewhere] = externalExtents(model, path);
  if (elsewhere) {
    throw new AppError("MODEL_UNREADABLE", `${elsewhere.location} holds values of the model: read them in before.`);
  }
  const { model: small, parts } = externalise(model, `${basename(path)}_data`);
  const side = await open(`${path}_data`, "w");
  try {
    for (const { offset, bytes } of parts) {
      for (let at = 0; at < bytes.length; ) {
        at += (await side.write(bytes, at, Math.min(CHUNK, bytes.length - at), offset + at)).bytesWritten;
      }
    }
  } finally {
    await side.close();
  }
  const file = await open(path, "w");
  try {
    await file.writeFile(encodeModel(small));
  } finally {
    await file.close();
  }
}
