import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import { resolveRequest } from "../data";
import { getRecipe } from "./data";
import type { Recipe, Setup } from "./schema";

/** Saves a set-up that could be run. @throws AppError as `resolveRequest`, SLUG_TAKEN. */
export async function createRecipe({ name, setup }: { name: string; setup: Setup }): Promise<Recipe> {
  const { model } = await resolveRequest(setup);
  const id = newId("recipe");
  await unlessTaken(name, db().recipe.create({ data: { id, modelId: model.id, name, setup: stored(setup) } }));
  return getRecipe(id);
}

/** Renames a recipe or replaces its set-up. @throws AppError as `createRecipe`, NOT_FOUND, INVALID_INPUT for another model. */
export async function changeRecipe(
  id: string,
  { name, setup }: { name?: string | undefined; setup?: Setup | undefined },
): Promise<Recipe> {
  const before = await getRecipe(id);
  if (setup) {
    if (setup.model !== before.setup.model) {
      throw new AppError("INVALID_INPUT", `This is a recipe of ${before.setup.model}: save one of another model anew.`);
    }
    await resolveRequest(setup);
  }
  const data = { ...(name === undefined ? {} : { name }), ...(setup ? { setup: stored(setup) } : {}) };
  // Many, so that a recipe which somebody deleted meanwhile is no fault: the read after it says that it is gone.
  await unlessTaken(name ?? before.name, db().recipe.updateMany({ where: { id }, data }));
  return getRecipe(id);
}

/** Deletes a recipe and answers what it was. @throws AppError NOT_FOUND */
export async function deleteRecipe(id: string): Promise<Recipe> {
  const before = await getRecipe(id);
  await db().recipe.deleteMany({ where: { id } });
  return before;
}

/** The set-up without the model, which the row names. */
function stored({ model: _, ...setup }: Setup): Prisma.InputJsonValue {
  return setup as Prisma.InputJsonObject;
}

/** P2002: the unique key of model and name. */
async function unlessTaken<T>(name: string, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "P2002") throw error;
    throw new AppError("SLUG_TAKEN", `There is a recipe “${name}” already: choose another name, or change that one.`);
  }
}
