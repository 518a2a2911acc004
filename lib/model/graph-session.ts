import { dirname } from "node:path";
import { openSession, type Session } from "@/lib/model/session";
import { assertMemory, checkSideFiles } from "@/lib/model/weights";
import { encodeModel } from "@/lib/onnx/codec";
import type { ModelProto } from "@/lib/onnx/schema";

/**
 * Loads an edited graph. Weights in side files stay there: the runtime maps them into memory, so a graph of a few kilobytes
 * stands for one of many gigabytes.
 * @param path of the file that the graph was read from.
 * @param what names the edited graph in errors.
 * @throws AppError MODEL_UNREADABLE, NO_MEMORY.
 */
export async function openGraph(
  model: ModelProto,
  path: string,
  { what = path, threads }: { what?: string; threads: number | undefined },
): Promise<Session> {
  await checkSideFiles(model, path);
  assertMemory(model, path);
  return openSession(encodeModel(model), { threads, label: what, sideFiles: dirname(path) });
}
