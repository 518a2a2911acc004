import { defineRoute } from "@/lib/api/define-route";
import { answerVisitor, visitorOf } from "@/lib/api/visitor";
import { getFeature } from "@/lib/features/data";
import { writeExplanation } from "@/lib/features/explanations/mutations";
import { writeExplanationContract } from "@/lib/features/explanations/schema";
import { exemplarsQuery, listExplanationsContract } from "@/lib/features/schema";

export const GET = defineRoute(listExplanationsContract, async ({ params }) => ({
  items: (await getFeature(params.model, params.sae, params.index, exemplarsQuery.parse({ limit: 1 }))).explanations,
  nextCursor: null,
}));

export const POST = defineRoute(writeExplanationContract, async ({ params, body, request }) => {
  const visitor = visitorOf(request);
  const written = await writeExplanation(params.model, params.sae, params.index, body.text, visitor.id);
  return answerVisitor(visitor, written, 201);
});
