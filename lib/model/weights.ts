import { open, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { AppError } from "@/lib/core/errors";
import { type Extent, externalExtents, inlineTensors } from "@/lib/onnx/external";
import type { ModelProto, TensorProto } from "@/lib/onnx/schema";

/** Most bytes of one read or write: Node takes less than 2 GiB at a time. */
export const CHUNK = 2 ** 30;

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
    // Before any memory is taken: a hostile shape may announce terabytes.
    if (size < offset + length) throw tooShort(path, size);
    const out = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await file.read(out, at, Math.min(CHUNK, length - at), offset + at);
      if (bytesRead === 0) throw tooShort(path, offset + at);
      at += bytesRead;
    }
    return out;
  } finally {
    await file.close();
  }
}

/**
 * Checks, without reading them, that the side files of a model are there, in its folder, and long enough.
 * @throws AppError MODEL_UNREADABLE naming the file.
 */
export async function checkSideFiles(model: ModelProto, path: string): Promise<void> {
  const ends = new Map<string, number>();
  for (const { location, offset, length } of externalExtents(model, path)) {
    ends.set(location, Math.max(ends.get(location) ?? 0, offset + length));
  }
  for (const [location, end] of ends) await checkSideFile(dirname(path), location, end);
}

async function checkSideFile(folder: string, location: string, end: number): Promise<void> {
  const path = join(folder, location);
  const found = await stat(path).catch((cause) => {
    throw missing(path, cause);
  });
  if (!found.isFile()) throw missing(path);
  const [file, home] = await Promise.all([realpath(path), realpath(folder)]);
  // As hub caches are laid out. The runtime refuses it too, for a link can lead to any file of the machine.
  if (relative(home, file).split(sep)[0] === "..") {
    throw new AppError(
      "MODEL_UNREADABLE",
      `${path} is a link to a file elsewhere, which is not followed: copy the model with its files (cp -rL), or name it by its id on the hub.`,
    );
  }
  if (found.size < end) throw tooShort(path, found.size);
}

function missing(path: string, cause?: unknown): AppError {
  return new AppError(
    "MODEL_UNREADABLE",
    `${path} is missing: it holds weights of the model beside it, so download or copy it as well.`,
    { cause },
  );
}

function tooShort(path: string, size: number): AppError {
  return new AppError("MODEL_UNREADABLE", `${path} has ${size} bytes, too few for the model: download it again.`);
}
