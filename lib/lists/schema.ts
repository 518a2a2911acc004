import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { pageOf, pageQuerySchema } from "@/lib/core/paging";
import { refSchema } from "@/lib/features/batch/schema";
import { featureRowSchema } from "@/lib/features/list/schema";
import { featureParams } from "@/lib/features/schema";
import { MOST_ITEMS, NAME_LENGTH, TEXT_LENGTH } from "./format";

const name = z.string().trim().min(1, "A list needs a name.").max(NAME_LENGTH);
const markdown = z.string().max(TEXT_LENGTH);

/** What the features of a list are tried on by default. */
const testInput = z
  .object({
    image: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable()
      .default(null),
    text: z.string().max(2000).nullable().default(null),
  })
  .nullable();

export const listItemSchema = featureRowSchema
  .extend({ note: markdown.describe("Markdown"), addedAt: z.iso.datetime() })
  .meta({ id: "ListItem" });
export type ListItem = z.infer<typeof listItemSchema>;

export const listSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().describe("Markdown"),
    testInput,
    n: z.int().describe("features"),
    strips: z.array(z.string()).describe("pictures of its first features"),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "ListSummary" });
export type ListSummary = z.infer<typeof listSummarySchema>;

export const listSchema = listSummarySchema
  .extend({ items: z.array(listItemSchema), gone: z.array(refSchema).describe("listed, but no longer there") })
  .meta({ id: "List" });
export type List = z.infer<typeof listSchema>;

const tag = "lists";
const idParams = z.object({ id: z.string().max(40) });
const version = (list: unknown) => (list as List).version;

export const listListsContract = contract({
  method: "GET",
  path: "/lists",
  summary: "Lists of features, the one that was changed last first",
  tag,
  query: pageQuerySchema.extend({ q: z.string().max(NAME_LENGTH).optional().describe("part of the name") }),
  response: pageOf(listSummarySchema),
});
export type ListListsQuery = z.output<NonNullable<typeof listListsContract.query>>;

export const createListContract = contract({
  method: "POST",
  path: "/lists",
  summary: "Make a list, with features if there are any yet",
  tag,
  status: 201,
  body: z.object({
    name,
    description: markdown.default(""),
    testInput: testInput.default(null),
    items: z
      .array(z.object({ ref: refSchema, note: markdown.default("") }))
      .max(MOST_ITEMS)
      .default([]),
  }),
  response: listSchema,
  errors: ["INVALID_INPUT"],
});
export type NewList = z.output<NonNullable<typeof createListContract.body>>;

export const getListContract = contract({
  method: "GET",
  path: "/lists/{id}",
  summary: "One list with its features in order; its ETag begins with its version, for If-Match",
  tag,
  version,
  params: idParams,
  response: listSchema,
  errors: ["NOT_FOUND"],
});

export const changeListContract = contract({
  method: "PATCH",
  path: "/lists/{id}",
  summary: "Rename or describe a list, or say what its features are tried on; honours If-Match",
  tag,
  params: idParams,
  body: z.object({ name: name.optional(), description: markdown.optional(), testInput: testInput.optional() }),
  response: listSchema,
  errors: ["NOT_FOUND", "CHANGED_MEANWHILE", "INVALID_INPUT"],
});
export type ListChange = z.output<NonNullable<typeof changeListContract.body>>;

export const deleteListContract = contract({
  method: "DELETE",
  path: "/lists/{id}",
  summary: "Delete a list; answers it once more, so that it can be made again. Honours If-Match",
  tag,
  params: idParams,
  response: listSchema,
  errors: ["NOT_FOUND", "CHANGED_MEANWHILE"],
});

const itemParams = featureParams.extend({ id: z.string().max(40) });

export const putItemContract = contract({
  method: "PUT",
  path: "/lists/{id}/items/{model}/{sae}/{index}",
  summary: "Put a feature into a list, or change its note or its place there; the list `starred` is made when needed",
  tag,
  params: itemParams,
  body: z.object({
    note: markdown.optional(),
    position: z.int().min(0).max(MOST_ITEMS).optional().describe("from 0 on; at the end if left out and new"),
  }),
  response: listSummarySchema,
  errors: ["NOT_FOUND", "TOO_LARGE"],
});

export const deleteItemContract = contract({
  method: "DELETE",
  path: "/lists/{id}/items/{model}/{sae}/{index}",
  summary: "Take a feature out of a list; it is no error when it was not there",
  tag,
  params: itemParams,
  response: listSummarySchema,
  errors: ["NOT_FOUND"],
});
