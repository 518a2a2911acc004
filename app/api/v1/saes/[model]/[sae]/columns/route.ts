import { defineRoute } from "@/lib/api/define-route";
import { latestColumns } from "@/lib/features/columns/data";
import { latestColumnsContract } from "@/lib/features/columns/schema";
import { findSae } from "@/lib/features/list/data";

export const GET = defineRoute(latestColumnsContract, async ({ params }) => {
  const { id, n, ref } = await findSae(params.model, params.sae);
  const location = `/api/v1/saes/${ref}/columns/${await latestColumns(id, n)}`;
  return new Response(null, { status: 307, headers: { location, "cache-control": "no-store" } });
});
