import { defineRoute } from "@/lib/api/define-route";
import { retryRun } from "@/lib/runs/mutations";
import { retryRunContract } from "@/lib/runs/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(retryRunContract, ({ params }) => retryRun(params.id));
