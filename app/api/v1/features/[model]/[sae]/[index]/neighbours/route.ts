import { defineRoute } from "@/lib/api/define-route";
import { listNeighbours } from "@/lib/features/relations/data";
import { neighboursContract } from "@/lib/features/relations/schema";

export const GET = defineRoute(neighboursContract, async ({ params, query }) => ({
  ...(await listNeighbours(params.model, params.sae, params.index, query)),
  nextCursor: null,
}));
