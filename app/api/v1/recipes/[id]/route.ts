import { defineRoute } from "@/lib/api/define-route";
import { changeRecipe, deleteRecipe } from "@/lib/steering/recipes/mutations";
import { changeRecipeContract, deleteRecipeContract } from "@/lib/steering/recipes/schema";

export const dynamic = "force-dynamic";

export const PATCH = defineRoute(changeRecipeContract, ({ params, body }) => changeRecipe(params.id, body));

export const DELETE = defineRoute(deleteRecipeContract, ({ params }) => deleteRecipe(params.id));
