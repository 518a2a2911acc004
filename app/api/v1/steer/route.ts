import { acceptRun } from "@/lib/api/accept-run";
import { defineRoute } from "@/lib/api/define-route";
import { startSteer } from "@/lib/steering/mutations";
import { steerContract } from "@/lib/steering/schema";

export const dynamic = "force-dynamic";

export const POST = defineRoute(steerContract, async ({ body, request }) => acceptRun(request, await startSteer(body)));
