import { defineRoute } from "@/lib/api/define-route";
import { askRegion } from "@/lib/inspect/data";
import { regionQueryContract } from "@/lib/inspect/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(regionQueryContract, async ({ params, body }) => ({
  items: await askRegion(params.id, body),
}));
