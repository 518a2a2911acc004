import { db } from "@/lib/db/client";
import type { Run } from "@/lib/db/generated/client";
import { EVENT_CHANNEL } from "./events";
import { listen } from "./listen";

export interface RunEvent {
  seq: number;
  type: string;
  data: unknown;
}

/** Without a notification the rows are read this often: a lost connection delays an event, and loses none. */
const POLL_MS = 2000;

/**
 * Events of a run with a number above `after`, in order, as they are made. Ends after the last event of a run that is
 * over, or when the signal aborts. The run must exist.
 */
export async function* watchRun(
  runId: string,
  options: { after?: number; signal: AbortSignal },
): AsyncGenerator<RunEvent> {
  let after = options.after ?? 0;
  let wake = () => {};
  let rung = false;
  const unlisten = await listen(EVENT_CHANNEL, (payload) => {
    if (!payload.startsWith(`${runId} `)) return;
    rung = true;
    wake();
  });
  const onAbort = () => wake();
  options.signal.addEventListener("abort", onAbort);
  try {
    while (!options.signal.aborted) {
      rung = false;
      const events = await db().runEvent.findMany({
        where: { runId, seq: { gt: after } },
        orderBy: { seq: "asc" },
        take: 500,
      });
      for (const { seq, type, data } of events) {
        yield { seq, type, data };
        after = seq;
        if (isLast({ type, data })) return;
      }
      if (events.length > 0) continue;
      const run = await db().run.findUnique({ where: { id: runId } });
      if (!run) return;
      // The client has seen everything of a run that is over: say how it ended once more, and close.
      if (isOver(run) && run.eventSeq <= after) return yield ending(run);
      if (!rung) await sleepUntil((resolve) => (wake = resolve));
    }
  } finally {
    options.signal.removeEventListener("abort", onAbort);
    unlisten();
  }
}

async function sleepUntil(set: (wake: () => void) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, POLL_MS);
    set(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function isLast({ type, data }: { type: string; data: unknown }): boolean {
  return type === "done" || (type === "error" && (data as { retrying?: boolean }).retrying !== true);
}

function isOver(run: Run): boolean {
  return run.state === "done" || run.state === "failed" || run.state === "cancelled";
}

function ending(run: Run): RunEvent {
  if (run.state !== "done") return { seq: run.eventSeq, type: "error", data: run.error };
  return {
    seq: run.eventSeq,
    type: "done",
    data: { resultUrl: `/api/v1/runs/${run.id}/result`, summary: run.message },
  };
}
