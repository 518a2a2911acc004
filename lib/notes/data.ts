import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { Note as Row } from "@/lib/db/generated/client";
import type { Note } from "./schema";

/** The public shape of a note, as one visitor sees it. */
export function toNote({ author, createdAt, updatedAt, ...row }: Row, visitor: string): Note {
  return { ...row, own: author === visitor, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

/** Notes on a feature or a run, oldest first. */
export async function listNotes(on: string, visitor: string): Promise<Note[]> {
  const rows = await db().note.findMany({ where: { on }, orderBy: [{ createdAt: "asc" }, { id: "asc" }], take: 200 });
  return rows.map((row) => toNote(row, visitor));
}

/** @throws AppError NOT_FOUND, SCOPE_TOO_SMALL when it is somebody else's. */
export async function ownNote(id: string, visitor: string): Promise<Row> {
  const row = await db().note.findUnique({ where: { id } });
  if (!row) throw new AppError("NOT_FOUND", "There is no note with this id.");
  if (row.author !== visitor)
    throw new AppError("SCOPE_TOO_SMALL", "Only the browser or token that wrote a note may change it.");
  return row;
}
