import { acceptRun } from "@/lib/api/accept-run";
import { defineRoute } from "@/lib/api/define-route";
import { listRuns } from "@/lib/runs/data";
import { createRun, requireJob } from "@/lib/runs/mutations";
import { listRunsContract, startRunContract } from "@/lib/runs/schema";

export const dynamic = "force-dynamic";

export const GET = defineRoute(listRunsContract, ({ query }) => listRuns(query));

export const POST = defineRoute(startRunContract, async ({ body, request }) => {
  if (body.dryRun) {
    const params = requireJob(body.kind).schema.parse(body.params);
    return { dryRun: true as const, kind: body.kind, params };
  }
  return acceptRun(request, await createRun(body));
});
