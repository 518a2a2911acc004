import { defineRoute } from "@/lib/api/define-route";
import { listRecipes } from "@/lib/steering/recipes/data";
import { createRecipe } from "@/lib/steering/recipes/mutations";
import { createRecipeContract, listRecipesContract } from "@/lib/steering/recipes/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(listRecipesContract, ({ query }) => listRecipes(query));

export const POST = defineRoute(createRecipeContract, ({ body }) => createRecipe(body));
