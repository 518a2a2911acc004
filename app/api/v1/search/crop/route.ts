import { defineRoute } from "@/lib/api/define-route";
import { searchByCrop } from "@/lib/inspect/firing/mutations";
import { searchCropContract } from "@/lib/inspect/firing/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(searchCropContract, ({ body }) => searchByCrop(body));
