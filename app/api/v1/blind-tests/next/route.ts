import { defineRoute } from "@/lib/api/define-route";
import { visitorOf } from "@/lib/api/visitor";
import { nextBlindTest } from "@/lib/autointerp/blind/data";
import { nextBlindTestContract } from "@/lib/autointerp/blind/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(nextBlindTestContract, ({ query, request }) =>
  nextBlindTest(query, visitorOf(request).id),
);
