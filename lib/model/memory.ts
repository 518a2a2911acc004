import { existsSync } from "node:fs";
import { freemem } from "node:os";
import { basename, dirname, join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { PRECISIONS, partFile } from "@/lib/model/files";
import { externalExtents } from "@/lib/onnx/external";
import { graphOf, tensorsOf } from "@/lib/onnx/graph";
import type { ModelProto } from "@/lib/onnx/schema";

/**
 * Refuses a model whose weights do not fit into memory, before the machine starts to swap or kills the process.
 * @param available bytes; what this process may still use, limits of its container included.
 * @throws AppError NO_MEMORY.
 */
export function assertMemory(model: ModelProto, path: string, available = availableMemory()): void {
  const { inline, external } = weightBytes(model, path);
  // Inline weights exist twice while they are handed over; of external ones the runtime copies what it packs anew for its
  // products, one at a time, and maps the rest.
  const needed = 2 * inline + external;
  if (needed <= available) return;
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new AppError(
    "NO_MEMORY",
    `${path} needs ${gb(needed)} of memory and ${gb(available)} is free: ${smaller(path)}, stop other programs, or use a machine with more.`,
  );
}

/** Bytes of a model's weights, in its file and beside it. */
export function weightBytes(model: ModelProto, path: string): { inline: number; external: number } {
  let inline = 0;
  for (const { rawData } of tensorsOf(graphOf(model))) inline += rawData?.length ?? 0;
  const external = externalExtents(model, path).reduce((sum, { length }) => sum + length, 0);
  return { inline, external };
}

/** Advice to take a smaller precision: those that lie beside the part, or how they are called. */
function smaller(path: string): string {
  const name = basename(path, ".onnx");
  const at = Math.max(
    0,
    PRECISIONS.findIndex((precision) => name.endsWith(`_${precision}`)),
  );
  const part = at === 0 ? name : name.slice(0, -`_${PRECISIONS[at]}`.length);
  const there = PRECISIONS.slice(at + 1).filter((other) => existsSync(join(dirname(path), partFile(part, other))));
  return there.length > 0
    ? `take a smaller precision, of which ${there.join(", ")} lies beside it`
    : "take a smaller precision of the model (q4, int8)";
}

function availableMemory(): number {
  return process.availableMemory?.() ?? freemem();
}
