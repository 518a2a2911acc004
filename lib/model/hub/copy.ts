import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { env } from "@/lib/core/env";
import { PRECISIONS, type Precision } from "@/lib/model/files";
import type { HubFile, Repository } from "@/lib/model/hub/api";
import type { HubId } from "@/lib/model/hub/id";

const NOTE = ".fovea.json";

const noteSchema = z.object({
  precision: z.enum(PRECISIONS).optional(),
  /** Commit and files are there when the copy is whole. */
  commit: z.string().optional(),
  files: z.array(z.object({ path: z.string(), size: z.int() })).optional(),
});
type Note = z.infer<typeof noteSchema>;

/** A downloaded model, or the place for one. */
export interface HubCopy {
  folder: string;
  /** The one asked for when the folder was begun; undefined: the best of each part. */
  precision: Precision | undefined;
  /** Every file is there: nothing need be asked of the hub. */
  whole: boolean;
}

/**
 * Where a model lies or will: `FOVEA_HOME/models/owner/name[@revision]`, in the precision that was asked for first; another
 * one goes to a folder beside it that ends in `+precision`, because what lies in one folder is one model.
 */
export async function findCopy(id: HubId, wanted?: Precision): Promise<HubCopy> {
  const revision = id.revision === undefined ? "" : `@${encodeURIComponent(id.revision)}`;
  const plain = join(env().FOVEA_HOME, "models", `${id.name}${revision}`);
  const first = await readNote(plain);
  if (!first || wanted === undefined || wanted === first.precision) return copyIn(plain, first, wanted);
  const beside = `${plain}+${wanted}`;
  return copyIn(beside, await readNote(beside), wanted);
}

async function copyIn(folder: string, note: Note | undefined, wanted: Precision | undefined): Promise<HubCopy> {
  return { folder, precision: note ? note.precision : wanted, whole: await allThere(folder, note?.files) };
}

async function allThere(folder: string, files: Note["files"]): Promise<boolean> {
  if (!files) return false;
  const size = (path: string) =>
    stat(join(folder, path)).then(
      (found) => found.size,
      () => -1,
    );
  const sizes = await Promise.all(files.map(({ path }) => size(path)));
  return files.every((file, i) => sizes[i] === file.size);
}

/** Notes what a folder is begun for; what lies in it is not a whole model until `endCopy`. */
export async function beginCopy({ folder, precision }: HubCopy): Promise<void> {
  await writeNote(folder, { precision });
}

/** Notes that all files are there. */
export async function endCopy(copy: HubCopy, { commit }: Repository, files: readonly HubFile[]): Promise<void> {
  await writeNote(copy.folder, {
    precision: copy.precision,
    commit,
    files: files.map(({ path, size }) => ({ path, size })),
  });
}

/** Undefined when there is none, or none that can be read: the copy is then made anew, from the files that fit. */
async function readNote(folder: string): Promise<Note | undefined> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(join(folder, NOTE), "utf8")));
  } catch {
    return undefined;
  }
}

async function writeNote(folder: string, note: Note): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${NOTE}.part`), JSON.stringify(note));
  await rename(join(folder, `${NOTE}.part`), join(folder, NOTE));
}
