import { defineRoute } from "@/lib/api/define-route";
import { getExplainOverview } from "@/lib/autointerp/overview/data";
import { explainOverviewContract } from "@/lib/autointerp/overview/schema";

export const GET = defineRoute(explainOverviewContract, ({ params }) => getExplainOverview(params.model, params.sae));
