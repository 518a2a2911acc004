"use client";
import type { SavedRecipe } from "@/lib/steering/recipes/types";

interface Props {
  recipes: readonly SavedRecipe[];
  /** Query of the desk as it is: the recipe that it equals is the chosen one. */
  query: string;
  onChoose: (query: string) => void;
}

/** Saved recipes at hand while the desk is in use. */
export function RecipeSelect({ recipes, query, onChoose }: Props) {
  if (recipes.length === 0) return null;
  const chosen = recipes.find((recipe) => recipe.query === query);
  return (
    <select
      aria-label="Recipe"
      value={chosen?.id ?? ""}
      onChange={(event) => {
        const next = recipes.find(({ id }) => id === event.target.value);
        if (next) onChoose(next.query);
      }}
      className="h-9 max-w-48 rounded-lg border border-line bg-panel px-2 text-sm pointer-coarse:h-11"
    >
      <option value="" disabled>
        recipe
      </option>
      {recipes.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}
