import type { DatasetSource } from "@/lib/datasets/schema";
import type { Source } from "@/lib/datasets/source";

/** @throws AppError INVALID_INPUT when the source cannot be opened. */
export async function openSource(source: DatasetSource, cacheDir: string): Promise<Source> {
  switch (source.kind) {
    case "world":
      return (await import("@/lib/datasets/world-source")).openWorld(source, cacheDir);
    case "folder":
      return (await import("@/lib/datasets/folder-source")).openFolder(source);
  }
}
