/** A set-up to start from: what it will do, and the query of the desk that does it. */
export interface RecipeCard {
  title: string;
  does: string;
  query: string;
  strip: string | null;
}

/** A set-up that somebody kept. */
export interface SavedRecipe extends RecipeCard {
  id: string;
}
