import { defineRoute } from "@/lib/api/define-route";
import { getFeature } from "@/lib/features/data";
import { assertStored } from "@/lib/features/pinned/data";
import { exemplarsQuery, getFeatureContract } from "@/lib/features/schema";

export const GET = defineRoute(getFeatureContract, async ({ params, query }) => {
  await assertStored(params.model, params.sae, query.at);
  return getFeature(params.model, params.sae, params.index, exemplarsQuery.parse({}));
});
