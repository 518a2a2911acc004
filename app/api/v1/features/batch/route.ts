import { defineRoute } from "@/lib/api/define-route";
import { rowsOf } from "@/lib/lists/data";
import { batchContract } from "@/lib/lists/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(batchContract, async ({ body }) => ({ items: await rowsOf(body.refs) }));
