import { acceptRun } from "@/lib/api/accept-run";
import { defineRoute } from "@/lib/api/define-route";
import { startSearch } from "@/lib/steering/mutations";
import { steerSearchContract } from "@/lib/steering/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(steerSearchContract, async ({ body, request }) =>
  acceptRun(request, await startSearch(body)),
);
