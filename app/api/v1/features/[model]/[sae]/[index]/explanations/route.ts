import { defineRoute } from "@/lib/api/define-route";
import { getFeature } from "@/lib/features/data";
import { exemplarsQuery, listExplanationsContract } from "@/lib/features/schema";

export const GET = defineRoute(listExplanationsContract, async ({ params }) => ({
  items: (await getFeature(params.model, params.sae, params.index, exemplarsQuery.parse({ limit: 1 }))).explanations,
  nextCursor: null,
}));
