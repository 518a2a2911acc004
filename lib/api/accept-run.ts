import { getRun, getRunResult, openRunEvents } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";

/** Longest that `Prefer: wait` may hold a request, in seconds. */
const MAX_WAIT = 30;

/**
 * The answer to a request that started a run: 202 with the run and its address, or with `Prefer: wait=<seconds>` (RFC 7240)
 * 200 with `{ run, result }` when it is done in time.
 */
export async function acceptRun(request: Request, run: Run): Promise<Response> {
  const headers = { location: `/api/v1/runs/${run.id}`, "cache-control": "no-store" };
  const wait = Number(/\bwait=(\d+)/.exec(request.headers.get("prefer") ?? "")?.[1] ?? 0);
  if (wait > 0) {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(1000 * Math.min(wait, MAX_WAIT))]);
    for await (const _ of await openRunEvents(run.id, { signal }));
    const after = await getRun(run.id);
    if (after.state === "done") {
      return Response.json({ run: after, result: await getRunResult(run.id) }, { status: 200, headers });
    }
    return Response.json(after, { status: 202, headers });
  }
  return Response.json(run, { status: 202, headers });
}
