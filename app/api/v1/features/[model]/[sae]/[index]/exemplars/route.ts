import { defineRoute } from "@/lib/api/define-route";
import { listExemplars } from "@/lib/features/data";
import { assertStored } from "@/lib/features/pinned/data";
import { listExemplarsContract } from "@/lib/features/schema";

export const GET = defineRoute(listExemplarsContract, async ({ params, query: { at, ...query } }) => {
  await assertStored(params.model, params.sae, at);
  return listExemplars(params.model, params.sae, params.index, query);
});
