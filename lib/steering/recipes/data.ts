import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { Recipe as RecipeRow } from "@/lib/db/generated/client";
import { printDesk } from "../desk/format";
import { deskOf } from "../request/format";
import { type ListRecipesQuery, type Recipe, setupSchema } from "./schema";

/** Names the model of a row, of which the set-up says nothing. */
const WITH_MODEL = { model: { select: { slug: true } } } as const;

/** The public shape of a row. Fields that a set-up has got since it was saved are at their defaults. */
export function toRecipe(row: RecipeRow & { model: { slug: string } }): Recipe {
  const setup = setupSchema.parse({ ...(row.setup as object), model: row.model.slug });
  const query = printDesk(deskOf(setup, setup.seed, [], setup.where));
  return { id: row.id, name: row.name, setup, query, createdAt: row.createdAt.toISOString() };
}

/** Saved recipes, newest first. */
export async function listRecipes(query: ListRecipesQuery): Promise<{ items: Recipe[]; nextCursor: string | null }> {
  const { limit, cursor, model } = query;
  const list = { model };
  const [at, id] = cursor ? decodeCursor(list, cursor) : [];
  const before =
    at && id ? { OR: [{ createdAt: { lt: new Date(at) } }, { createdAt: new Date(at), id: { lt: String(id) } }] } : {};
  const rows = await db().recipe.findMany({
    where: { ...(model ? { model: { slug: model } } : {}), ...before },
    include: WITH_MODEL,
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = rows.length > limit && last ? encodeCursor(list, [last.createdAt.toISOString(), last.id]) : null;
  return { items: page.map(toRecipe), nextCursor };
}

/** @throws AppError NOT_FOUND */
export async function getRecipe(id: string): Promise<Recipe> {
  const row = await db().recipe.findUnique({ where: { id }, include: WITH_MODEL });
  if (row) return toRecipe(row);
  throw new AppError("NOT_FOUND", `There is no recipe ${id.slice(0, 20)}: it may have been deleted.`);
}
