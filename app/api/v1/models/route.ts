import { defineRoute } from "@/lib/api/define-route";
import { listModels } from "@/lib/saes/data";
import { listModelsContract } from "@/lib/saes/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(listModelsContract, async ({ query }) => ({
  items: await listModels(query.kind),
  nextCursor: null,
}));
