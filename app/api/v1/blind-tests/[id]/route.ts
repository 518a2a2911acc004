import { defineRoute } from "@/lib/api/define-route";
import { answerBlindTest } from "@/lib/autointerp/blind/mutations";
import { answerBlindTestContract } from "@/lib/autointerp/blind/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(answerBlindTestContract, ({ params, body, person }) =>
  answerBlindTest(params.id, body.choice, person),
);
