import { defineRoute } from "@/lib/api/define-route";
import { answerVisitor, visitorOf } from "@/lib/api/visitor";
import { listNotes } from "@/lib/notes/data";
import { writeNote } from "@/lib/notes/mutations";
import { listNotesContract, writeNoteContract } from "@/lib/notes/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(listNotesContract, async ({ query, request }) => ({
  items: await listNotes(query.on, visitorOf(request).id),
  nextCursor: null,
}));

export const POST = defineRoute(writeNoteContract, async ({ body, request }) => {
  const visitor = visitorOf(request);
  return answerVisitor(visitor, await writeNote(body.on, body.text, visitor.id), 201);
});
