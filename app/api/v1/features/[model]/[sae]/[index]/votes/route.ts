import { defineRoute } from "@/lib/api/define-route";
import { visitorOf } from "@/lib/api/visitor";
import { ownVotes } from "@/lib/features/explanations/data";
import { ownVotesContract } from "@/lib/features/explanations/schema";

export const GET = defineRoute(ownVotesContract, async ({ params, request }) => ({
  own: await ownVotes(params.model, params.sae, params.index, visitorOf(request).id),
}));
