import { defineRoute } from "@/lib/api/define-route";
import { listExemplars } from "@/lib/features/data";
import { listExemplarsContract } from "@/lib/features/schema";

export const GET = defineRoute(listExemplarsContract, ({ params, query }) =>
  listExemplars(params.model, params.sae, params.index, query),
);
