import { defineRoute } from "@/lib/api/define-route";
import { explanationsOf } from "@/lib/features/explanations/data";
import { listExplanationsContract } from "@/lib/features/schema";

export const GET = defineRoute(listExplanationsContract, async ({ params }) => ({
  items: await explanationsOf(params.model, params.sae, params.index),
  nextCursor: null,
}));
