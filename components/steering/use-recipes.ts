"use client";
import { useState } from "react";
import type { Part } from "@/lib/steering/desk/types";
import type { Recipe } from "@/lib/steering/recipes/schema";
import type { SavedRecipe } from "@/lib/steering/recipes/types";
import type { SteerRequest } from "@/lib/steering/request/format";
import { fetchJson } from "../ui/fetch-json";

/** A saved recipe; one that was deleted keeps what is needed to save it again. */
export type KeptRecipe = SavedRecipe & { gone?: Pick<Recipe, "name" | "setup"> };

type Setup = SteerRequest & { where: Part };

const send = (method: string, path: string, body?: unknown) =>
  fetchJson<Recipe>(`/api/v1/recipes${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });

/** Recipes as the page brought them, and what was saved, replaced, deleted and taken back since. All throw FetchProblem. */
export function useRecipes(first: readonly SavedRecipe[]) {
  const [{ brought, list }, setState] = useState<{ brought: typeof first; list: readonly KeptRecipe[] }>({
    ...{ brought: first, list: first },
  });
  // Another model was chosen: the page brought its recipes.
  if (brought !== first) setState({ brought: first, list: first });
  const change = (how: (old: readonly KeptRecipe[]) => readonly KeptRecipe[]) =>
    setState((old) => ({ ...old, list: how(old.list) }));
  const put = (at: string, next: KeptRecipe) => change((old) => old.map((one) => (one.id === at ? next : one)));

  return {
    list,
    /** Saves under a name; in place of the recipe of that name if there is one. */
    save: async (name: string, setup: Setup, words: Pick<SavedRecipe, "does" | "strip">) => {
      const same = list.find((one) => one.title === name && !one.gone);
      const { id, query } = same
        ? await send("PATCH", `/${same.id}`, { setup })
        : await send("POST", "", { name, setup });
      const next = { ...words, id, query, title: name };
      if (same) put(same.id, next);
      else change((old) => [next, ...old]);
    },
    remove: async (recipe: KeptRecipe) => {
      const { name, setup } = await send("DELETE", `/${recipe.id}`);
      put(recipe.id, { ...recipe, gone: { name, setup } });
    },
    restore: async ({ gone, ...recipe }: KeptRecipe) => {
      if (gone) put(recipe.id, { ...recipe, id: (await send("POST", "", gone)).id });
    },
  };
}
