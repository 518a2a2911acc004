import { defineRoute } from "@/lib/api/define-route";
import { getMap } from "@/lib/map/data";
import { clustersContract } from "@/lib/map/schema";

export const GET = defineRoute(clustersContract, async ({ params }) => {
  const found = await getMap(params.model, params.sae);
  if (!found) return { items: [], map: null };
  const { clusters, ...map } = found;
  return { items: clusters, map };
});
