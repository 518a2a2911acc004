import { defineRoute } from "@/lib/api/define-route";
import { listNeighbours } from "@/lib/features/data";
import { neighboursContract } from "@/lib/features/list/schema";

export const GET = defineRoute(neighboursContract, async ({ params, query }) => ({
  items: (await listNeighbours(params.model, params.sae, params.index)).slice(0, query.limit),
  nextCursor: null,
}));
