import { defineRoute } from "@/lib/api/define-route";
import { getScore } from "@/lib/features/explanations/data";
import { getScoreContract } from "@/lib/features/schema";

export const GET = defineRoute(getScoreContract, ({ params }) => getScore(params.id));
