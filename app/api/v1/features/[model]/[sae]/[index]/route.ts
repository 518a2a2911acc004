import { defineRoute } from "@/lib/api/define-route";
import { getFeature } from "@/lib/features/data";
import { exemplarsQuery, getFeatureContract } from "@/lib/features/schema";

export const GET = defineRoute(getFeatureContract, ({ params }) =>
  getFeature(params.model, params.sae, params.index, exemplarsQuery.parse({})),
);
