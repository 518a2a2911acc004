import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { assertMemory, weightBytes } from "@/lib/model/memory";
import { openSession, type Session } from "@/lib/model/session";
import { checkSideFiles } from "@/lib/model/weights";
import { writeModel } from "@/lib/model/write-model";
import { encodeModel } from "@/lib/onnx/codec";
import type { ModelProto } from "@/lib/onnx/schema";

/** Most bytes of inline weights that are handed over in one message: protobuf ends at 2 GiB, nodes and names included. */
const INLINE = 2 ** 31 - 2 ** 27;

export interface GraphOptions {
  /** Names the graph in errors. */
  what?: string;
  threads: number | undefined;
  /** Bytes of inline weights from which the graph goes through a file. */
  inlineLimit?: number;
}

/**
 * Loads a graph that was read from a file, edited or not. Weights in side files stay there and the runtime reads them
 * itself, so a graph of a few kilobytes stands for one of many gigabytes.
 * @param path of the file that the graph was read from.
 * @throws AppError MODEL_UNREADABLE, NO_MEMORY.
 */
export async function openGraph(
  model: ModelProto,
  path: string,
  { what = path, threads, inlineLimit = INLINE }: GraphOptions,
): Promise<Session> {
  await checkSideFiles(model, path);
  assertMemory(model, path);
  const options = { threads, label: what };
  if (weightBytes(model, path).inline >= inlineLimit) return openThroughFile(model, path, options);
  return openSession(encodeModel(model), { ...options, sideFiles: dirname(path) });
}

/** For more inline weights than protobuf holds. The runtime keeps what it opened, so the files go at once. */
async function openThroughFile(
  model: ModelProto,
  path: string,
  options: { threads: number | undefined; label: string },
): Promise<Session> {
  const folder = await mkdtemp(join(tmpdir(), "fovea-graph-"));
  try {
    // Named like the folder, by chance: a side file that a model names cannot be in the way.
    const file = `${folder}/${folder.slice(-6)}.onnx`;
    await writeModel(model, file, path);
    return await openSession(file, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
