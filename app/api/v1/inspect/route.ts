import { acceptRun } from "@/lib/api/accept-run";
import { defineRoute } from "@/lib/api/define-route";
import { startInspect } from "@/lib/inspect/mutations";
import { inspectContract } from "@/lib/inspect/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(inspectContract, async ({ body, query, request }) =>
  acceptRun(request, await startInspect(body, query)),
);
