import { defineRoute } from "@/lib/api/define-route";
import { nextBlindTest } from "@/lib/autointerp/blind/data";
import { nextBlindTestContract } from "@/lib/autointerp/blind/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(nextBlindTestContract, ({ query, person }) => nextBlindTest(query, person));
