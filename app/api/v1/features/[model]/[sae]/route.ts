import { defineRoute } from "@/lib/api/define-route";
import { findSae, listFeatures } from "@/lib/features/list/data";
import { listFeaturesContract } from "@/lib/features/list/schema";

export const GET = defineRoute(listFeaturesContract, async ({ params, query }) =>
  listFeatures(await findSae(params.model, params.sae), query),
);
