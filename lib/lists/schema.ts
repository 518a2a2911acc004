import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { commaList, pageOf, pageQuerySchema } from "@/lib/core/paging";
import { featureRowSchema } from "@/lib/features/list/schema";
import { featureParams } from "@/lib/features/schema";

const tag = "lists";
/** Features that a list holds at most; and a list that is made from an address alone. */
export const MOST_ITEMS = 500;
export const MOST_ADHOC = 150;

export const refSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}\/[a-z0-9][a-z0-9._-]{0,63}\/\d{1,9}$/);

export const listItemSchema = z.object({
  ref: z.string(),
  note: z.string(),
  feature: featureRowSchema.nullable().describe("null: the feature is gone"),
});
export type ListItem = z.infer<typeof listItemSchema>;

const summaryShape = {
  id: z.string(),
  name: z.string(),
  description: z.string(),
  testInput: z.string().describe("a text that the features are tried on"),
  version: z.int().describe("send it as `If-Match` to change only what you have read"),
  n: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};
export const listSummarySchema = z
  .object({ ...summaryShape, strips: z.array(z.string()).describe("thumbs of its first features") })
  .meta({ id: "ListSummary" });
export type ListSummary = z.infer<typeof listSummarySchema>;

export const listSchema = z.object({ ...summaryShape, items: z.array(listItemSchema) }).meta({ id: "List" });
export type FeatureListing = z.infer<typeof listSchema>;

const nameSchema = z.string().trim().min(1, "A list needs a name.").max(80);
const fields = {
  name: nameSchema,
  description: z.string().trim().max(1000).default(""),
  testInput: z.string().trim().max(1000).default(""),
};
const idParams = z.object({ id: z.string().max(40) });

export const listListsContract = contract({
  method: "GET",
  path: "/lists",
  summary: "Lists of features, the one that changed last first",
  tag,
  query: pageQuerySchema.extend({
    q: z.string().max(80).optional(),
    ref: refSchema.optional().describe("only lists that hold this feature"),
  }),
  response: pageOf(listSummarySchema),
});

export const getListContract = contract({
  method: "GET",
  path: "/lists/{id}",
  summary: "One list with its features in order",
  tag,
  params: idParams,
  response: listSchema,
  errors: ["NOT_FOUND"],
});

export const createListContract = contract({
  method: "POST",
  path: "/lists",
  summary: "Make a list, with features in it or empty",
  tag,
  status: 201,
  body: z.object({ ...fields, refs: z.array(refSchema).max(MOST_ITEMS).default([]) }),
  response: listSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT"],
});

export const changeListContract = contract({
  method: "PATCH",
  path: "/lists/{id}",
  summary: "Rename or describe a list, or put its features into another order",
  tag,
  params: idParams,
  body: z.object({
    name: nameSchema.optional(),
    description: z.string().trim().max(1000).optional(),
    testInput: z.string().trim().max(1000).optional(),
    order: z.array(refSchema).max(MOST_ITEMS).optional().describe("all features of the list, each once"),
  }),
  response: listSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT", "CHANGED_MEANWHILE"],
});

export const deleteListContract = contract({
  method: "DELETE",
  path: "/lists/{id}",
  summary: "Delete a list; answers it once more, so that it can be made again",
  tag,
  params: idParams,
  response: listSchema,
  errors: ["NOT_FOUND", "CHANGED_MEANWHILE"],
});

export const putItemContract = contract({
  method: "PUT",
  path: "/lists/{id}/items/{model}/{sae}/{index}",
  summary: "Put a feature into a list, at its end or at a position, or change its note; again is no fault",
  tag,
  params: idParams.extend(featureParams.shape),
  body: z.object({ note: z.string().trim().max(1000).optional(), position: z.int().min(0).optional() }),
  response: listSchema,
  errors: ["NOT_FOUND", "TOO_LARGE"],
});

export const removeItemContract = contract({
  method: "DELETE",
  path: "/lists/{id}/items/{model}/{sae}/{index}",
  summary: "Take a feature out of a list; again is no fault",
  tag,
  params: idParams.extend(featureParams.shape),
  response: listSchema,
  errors: ["NOT_FOUND"],
});

export const batchContract = contract({
  method: "POST",
  path: "/features/batch",
  summary: "Rows of features by their refs, in the order asked for, null for missing ones",
  tag: "features",
  scope: "read",
  body: z.object({ refs: z.array(refSchema).min(1).max(256) }),
  response: z.object({ items: z.array(featureRowSchema.nullable()) }),
});

/** `/lists/adhoc?f=a,b&f=c`: refs by comma or repeated. */
export const adhocRefs = commaList(refSchema);
