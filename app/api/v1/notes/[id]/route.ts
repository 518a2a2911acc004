import { defineRoute } from "@/lib/api/define-route";
import { ifMatch, visitorOf } from "@/lib/api/visitor";
import { changeNote, deleteNote } from "@/lib/notes/mutations";
import { changeNoteContract, deleteNoteContract } from "@/lib/notes/schema";

export const PATCH = defineRoute(changeNoteContract, ({ params, body, request }) =>
  changeNote(params.id, body.text, visitorOf(request).id, ifMatch(request)),
);

export const DELETE = defineRoute(deleteNoteContract, ({ params, request }) =>
  deleteNote(params.id, visitorOf(request).id),
);
