import { randomBytes } from "node:crypto";
import { access, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { AppError } from "@/lib/core/errors";
import { assertKey, type BlobStore } from "./blob-store";

/** Half-written files wait here; list() never looks into it because keys cannot start with a dot. */
const PENDING = ".pending";

/** Blobs as files below `folder`. Atomic: bytes go to a temporary file on the same disk, which is then renamed. */
export function folderStore(folder: string): BlobStore {
  const root = resolve(folder);
  const pathOf = (key: string) => {
    assertKey(key);
    return join(root, key);
  };
  const get = async (key: string) => {
    try {
      // A plain Uint8Array over exactly its own bytes: callers view `.buffer` as floats.
      return new Uint8Array(await readFile(pathOf(key)));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
  const has = async (key: string) => {
    const path = pathOf(key);
    return access(path).then(
      () => true,
      () => false,
    );
  };
  return {
    get,
    has,
    async put(key, bytes) {
      const path = pathOf(key);
      const pending = join(root, PENDING, randomBytes(12).toString("hex"));
      await mkdir(dirname(pending), { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      try {
        const file = await open(pending, "wx");
        try {
          await file.writeFile(bytes);
        } finally {
          await file.close();
        }
        await rename(pending, path);
      } catch (error) {
        await rm(pending, { force: true });
        if ((error as NodeJS.ErrnoException).code === "ENOSPC") {
          throw new AppError("ENVIRONMENT", `The disk is full: free some space below ${root}, then retry the run.`, {
            cause: error,
          });
        }
        throw error;
      }
    },
    async *list(prefix) {
      // Only the folder part of the prefix is walked.
      const top = join(root, prefix.slice(0, prefix.lastIndexOf("/") + 1));
      for await (const path of walk(top)) {
        const key = relative(root, path).split(sep).join("/");
        if (key.startsWith(prefix)) yield key;
      }
    },
    async delete(key) {
      await rm(pathOf(key), { force: true });
    },
    localPath: pathOf,
  };
}

async function* walk(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}
