import type { Problem } from "@/lib/core/problem";
import { type Db, db } from "@/lib/db/client";
import type { Prisma, Run } from "@/lib/db/generated/client";
import { json, jsonOrNull } from "@/lib/db/json";
import { appendEvent } from "./events";
import { ring } from "./queue";

/**
 * Takes the run for one attempt. The claim is a token: whoever holds an older one can no longer write to the row.
 * @returns the row, or undefined when the run is over or gone.
 */
export async function claimRun(id: string, claim: string): Promise<Run | undefined> {
  const [run] = await db().run.updateManyAndReturn({
    where: { id, state: { in: ["queued", "running"] } },
    data: { state: "running", claim, attempts: { increment: 1 } },
  });
  if (run && run.startedAt === null) return db().run.update({ where: { id }, data: { startedAt: new Date() } });
  return run;
}

/**
 * Writes how an attempt ended, if it still owns the run.
 * @returns false when it does not: the run was cancelled, or another attempt has it. The result is dropped then.
 */
async function settle(
  run: Run,
  data: Prisma.RunUpdateManyMutationInput,
  also: (tx: Db) => Promise<unknown>,
): Promise<boolean> {
  return db().$transaction(async (tx) => {
    const { count } = await tx.run.updateMany({ where: { id: run.id, claim: run.claim, state: "running" }, data });
    if (count > 0) await also(tx);
    return count > 0;
  });
}

export function settleDone(run: Run, result: unknown, summary: string | null): Promise<boolean> {
  const data = {
    state: "done",
    claim: null,
    finishedAt: new Date(),
    result: jsonOrNull(result),
    etaMs: null,
    error: jsonOrNull(null),
    message: summary,
  };
  return settle(run, data, async (tx) => {
    await appendEvent(tx, run.id, "done", { resultUrl: `/api/v1/runs/${run.id}/result`, summary });
    await ringParent(tx, run);
  });
}

export function settleFailed(run: Run, problem: Problem): Promise<boolean> {
  const data = { state: "failed", claim: null, finishedAt: new Date(), error: json(problem), etaMs: null };
  return settle(run, data, async (tx) => {
    await appendEvent(tx, run.id, "error", problem);
    await ringParent(tx, run);
  });
}

/** The attempt failed but another one follows: the error stays visible, the attempt is spent. */
export function settleRetry(run: Run, problem: Problem, at: Date): Promise<boolean> {
  return settle(run, { state: "queued", claim: null, error: json(problem) }, async (tx) => {
    await appendEvent(tx, run.id, "error", { ...problem, retrying: true });
    await ring(tx, run, at);
  });
}

/** The attempt gave the run back unharmed (shutdown, RetryLater): no attempt is spent. */
export function settleReleased(run: Run, at?: Date): Promise<boolean> {
  return settle(run, { state: "queued", claim: null, attempts: { decrement: 1 } }, (tx) => ring(tx, run, at));
}

/** The run waits for its children; the next of them that ends rings for it. */
export function settleWaiting(run: Run): Promise<boolean> {
  return settle(run, { claim: null, attempts: 0 }, async () => {});
}

/** A run that is a step of another wakes that other when it ends. */
export async function ringParent(tx: Db, run: Run): Promise<void> {
  if (run.parentId === null) return;
  const parent = await tx.run.findUnique({ where: { id: run.parentId } });
  if (parent && ["queued", "running"].includes(parent.state)) await ring(tx, parent);
}
