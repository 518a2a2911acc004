import { acceptRun } from "@/lib/api/accept-run";
import { defineRoute } from "@/lib/api/define-route";
import { startTrace } from "@/lib/trace/mutations";
import { traceContract } from "@/lib/trace/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(traceContract, async ({ body, request }) => acceptRun(request, await startTrace(body)));
