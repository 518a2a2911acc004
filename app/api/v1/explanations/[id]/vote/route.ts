import { defineRoute } from "@/lib/api/define-route";
import { answerVisitor, visitorOf } from "@/lib/api/visitor";
import { vote } from "@/lib/features/explanations/mutations";
import { voteContract } from "@/lib/features/explanations/schema";

export const PUT = defineRoute(voteContract, async ({ params, body, request }) => {
  const visitor = visitorOf(request);
  return answerVisitor(visitor, await vote(params.id, visitor.id, body.value));
});
