import { defineRoute } from "@/lib/api/define-route";
import { getRunResult } from "@/lib/runs/data";
import { getRunResultContract } from "@/lib/runs/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(getRunResultContract, ({ params }) => getRunResult(params.id));
