import { defineRoute } from "@/lib/api/define-route";
import { featureRows } from "@/lib/features/batch/data";
import { batchContract } from "@/lib/features/batch/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(batchContract, async ({ body }) => ({ items: await featureRows(body.refs) }));
