import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { findSae } from "@/lib/features/list/data";
import { getRun } from "@/lib/runs/data";
import { ownNote, toNote } from "./data";
import type { Note } from "./schema";

/** Writes a note. @throws AppError NOT_FOUND when there is no such feature or run. */
export async function writeNote(on: string, text: string, visitor: string): Promise<Note> {
  const [model, sae, index] = on.split("/");
  if (model && sae && index) {
    const { id, n } = await findSae(model, sae);
    const known = Number(index) < n && (await db().feature.count({ where: { saeId: id, index: Number(index) } })) > 0;
    if (!known) throw new AppError("NOT_FOUND", `There is no feature ${on}.`);
  } else await getRun(on);
  return toNote(await db().note.create({ data: { id: newId("note"), on, text, author: visitor } }), visitor);
}

/**
 * Changes one's own note.
 * @param version the one that was read; undefined changes whatever is there.
 * @throws AppError NOT_FOUND, SCOPE_TOO_SMALL, CHANGED_MEANWHILE.
 */
export async function changeNote(
  id: string,
  text: string,
  visitor: string,
  version: number | undefined,
): Promise<Note> {
  const row = await ownNote(id, visitor);
  const where = { id, version: version ?? row.version };
  const data = { text, version: { increment: 1 }, updatedAt: new Date() };
  const { count } = await db().note.updateMany({ where, data });
  if (count === 0) throw new AppError("CHANGED_MEANWHILE", "The note was changed meanwhile: read it again.");
  return toNote(await ownNote(id, visitor), visitor);
}

/** Deletes one's own note and answers what it was. @throws AppError NOT_FOUND, SCOPE_TOO_SMALL. */
export async function deleteNote(id: string, visitor: string): Promise<Note> {
  const row = await ownNote(id, visitor);
  await db().note.deleteMany({ where: { id } });
  return toNote(row, visitor);
}
