import { defineRoute } from "@/lib/api/define-route";
import { answerVisitor, visitorOf } from "@/lib/api/visitor";
import { answerBlindTest } from "@/lib/autointerp/blind/mutations";
import { answerBlindTestContract } from "@/lib/autointerp/blind/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(answerBlindTestContract, async ({ params, body, request }) => {
  const visitor = visitorOf(request);
  return answerVisitor(visitor, await answerBlindTest(params.id, body.choice, visitor.id));
});
