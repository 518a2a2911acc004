import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { pageOf, pageQuerySchema } from "@/lib/core/paging";
import { PARTS } from "../desk/format";
import { steerBodySchema } from "../schema";

/** What a recipe keeps: all that a run is started with, and the one setting of the desk that a run does not know. */
export const setupSchema = steerBodySchema.extend({
  where: z
    .enum(PARTS)
    .optional()
    .describe("the desk's own part, which features follow that are turned there; what most of them share if left out"),
});
export type Setup = z.output<typeof setupSchema>;

const nameSchema = z.string().trim().min(1, "A recipe needs a name.").max(80);

export const recipeSchema = z
  .object({
    id: z.string(),
    name: z.string().describe("unique among the recipes of a model"),
    setup: setupSchema.describe("can be sent to POST /steer as it is"),
    query: z.string().describe("of the desk with this set-up: /steer?<query>"),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Recipe" });
export type Recipe = z.infer<typeof recipeSchema>;

const tag = "lab";
const idParams = z.object({ id: z.string().max(40) });

export const listRecipesQuerySchema = pageQuerySchema.extend({
  model: z.string().optional().describe("only recipes of this model"),
});
export type ListRecipesQuery = z.output<typeof listRecipesQuerySchema>;

export const listRecipesContract = contract({
  method: "GET",
  path: "/recipes",
  summary: "Saved set-ups of the steering desk, newest first",
  tag,
  query: listRecipesQuerySchema,
  response: pageOf(recipeSchema),
});

export const createRecipeContract = contract({
  method: "POST",
  path: "/recipes",
  summary: "Save a set-up of the steering desk under a name",
  tag,
  status: 201,
  body: z.object({ name: nameSchema, setup: setupSchema }),
  response: recipeSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT", "FEATURE_DEAD", "SLUG_TAKEN"],
});

export const changeRecipeContract = contract({
  method: "PATCH",
  path: "/recipes/{id}",
  summary: "Rename a recipe, or put another set-up of the same model in its place",
  tag,
  params: idParams,
  body: z.object({ name: nameSchema.optional(), setup: setupSchema.optional() }),
  response: recipeSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT", "FEATURE_DEAD", "SLUG_TAKEN"],
});

export const deleteRecipeContract = contract({
  method: "DELETE",
  path: "/recipes/{id}",
  summary: "Delete a recipe; answers it once more, so that it can be saved again",
  tag,
  params: idParams,
  response: recipeSchema,
  errors: ["NOT_FOUND"],
});
