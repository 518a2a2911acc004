import { defineRoute } from "@/lib/api/define-route";
import { listSaes } from "@/lib/saes/data";
import { listSaesContract } from "@/lib/saes/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(listSaesContract, async ({ query }) => ({
  items: await listSaes(query),
  nextCursor: null,
}));
