import { z } from "zod";
import { contract } from "@/lib/core/contract";

const tag = "notes";
/** What a note may be about: a feature, or a run. */
const onSchema = z
  .string()
  .regex(
    /^([a-z0-9][a-z0-9._-]{0,63}\/[a-z0-9][a-z0-9._-]{0,63}\/\d{1,9}|r[1-9A-HJ-NP-Za-km-z]{11})$/,
    "A note is on `model/sae/index` or on the id of a run.",
  );
const textSchema = z.string().trim().min(1, "A note needs words.").max(4000);

export const noteSchema = z
  .object({
    id: z.string(),
    on: z.string(),
    text: z.string().describe("Markdown: paragraphs, lists, **bold**, *italic*, `code`, [links](https://…)"),
    own: z.boolean().describe("written by this browser or token"),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Note" });
export type Note = z.infer<typeof noteSchema>;

export const listNotesContract = contract({
  method: "GET",
  path: "/notes",
  summary: "Notes on a feature or a run, oldest first",
  tag,
  cache: "none",
  query: z.object({ on: onSchema }),
  response: z.object({ items: z.array(noteSchema), nextCursor: z.null() }),
});

export const writeNoteContract = contract({
  method: "POST",
  path: "/notes",
  summary: "Write a note on a feature or a run",
  tag,
  status: 201,
  body: z.object({ on: onSchema, text: textSchema }),
  response: noteSchema,
  errors: ["NOT_FOUND"],
});

const idParams = z.object({ id: z.string().max(40) });

export const changeNoteContract = contract({
  method: "PATCH",
  path: "/notes/{id}",
  summary: "Change one's own note; with `If-Match: <version>` only if nobody changed it meanwhile",
  tag,
  params: idParams,
  body: z.object({ text: textSchema }),
  response: noteSchema,
  errors: ["NOT_FOUND", "SCOPE_TOO_SMALL", "CHANGED_MEANWHILE"],
});

export const deleteNoteContract = contract({
  method: "DELETE",
  path: "/notes/{id}",
  summary: "Delete one's own note; answers it once more, so that it can be written again",
  tag,
  params: idParams,
  response: noteSchema,
  errors: ["NOT_FOUND", "SCOPE_TOO_SMALL"],
});
