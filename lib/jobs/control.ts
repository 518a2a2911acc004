import { AppError } from "@/lib/core/errors";
import { toProblem } from "@/lib/core/problem";
import { type Db, db } from "@/lib/db/client";
import type { Run } from "@/lib/db/generated/client";
import { json, jsonOrNull } from "@/lib/db/json";
import { appendEvent, CANCEL_CHANNEL } from "./events";
import { ring } from "./queue";
import { ringParent } from "./settle";

/**
 * Cancels a run and the steps below it. Its handler's signal aborts; what it left behind is discarded afterwards.
 * A cancelled run stays cancelled when cancelled again.
 * @throws AppError NOT_FOUND, RUN_FINISHED.
 */
export async function cancelRun(id: string): Promise<Run> {
  return db().$transaction(async (tx) => {
    const run = await load(tx, id);
    if (run.state === "done" || run.state === "failed") {
      throw new AppError("RUN_FINISHED", `Run ${id} is ${run.state} and cannot be cancelled.`);
    }
    return run.state === "cancelled" ? run : cancel(tx, run);
  });
}

async function cancel(tx: Db, run: Run): Promise<Run> {
  const problem = toProblem(new AppError("RUN_CANCELLED", "The run was cancelled; `retry` resumes it at its cursor."));
  const { count } = await tx.run.updateMany({
    where: { id: run.id, state: { in: ["queued", "running"] } },
    data: { state: "cancelled", claim: null, finishedAt: new Date(), error: json(problem), etaMs: null },
  });
  if (count === 0) return load(tx, run.id);
  await appendEvent(tx, run.id, "error", problem);
  await tx.$executeRaw`SELECT pg_notify(${CANCEL_CHANNEL}, ${run.id})`;
  // One more ring, so that a worker discards what the run left, after the handler has stopped.
  await ring(tx, run);
  for (const child of await tx.run.findMany({ where: { parentId: run.id, state: { in: ["queued", "running"] } } })) {
    await cancel(tx, child);
  }
  await ringParent(tx, run);
  return load(tx, run.id);
}

/**
 * Queues a failed or cancelled run again with fresh attempts; it resumes at its cursor. Steps below it that failed or
 * were cancelled are retried with it, and a parent that failed because of it goes on.
 * @throws AppError NOT_FOUND, RUN_FINISHED when it is done, IN_USE when it is already going on.
 */
export async function retryRun(id: string): Promise<Run> {
  return db().$transaction(async (tx) => {
    const run = await load(tx, id);
    if (run.state === "done") throw new AppError("RUN_FINISHED", `Run ${id} is done: start a new one instead.`);
    if (run.state !== "failed" && run.state !== "cancelled")
      throw new AppError("IN_USE", `Run ${id} is already ${run.state}.`);
    for (let up = run.parentId; up !== null; ) {
      const parent = await load(tx, up);
      if (parent.state === "failed" || parent.state === "cancelled") await requeue(tx, parent);
      up = parent.parentId;
    }
    return retry(tx, run);
  });
}

async function retry(tx: Db, run: Run): Promise<Run> {
  for (const child of await tx.run.findMany({ where: { parentId: run.id, state: { in: ["failed", "cancelled"] } } })) {
    await retry(tx, child);
  }
  return requeue(tx, run);
}

async function requeue(tx: Db, run: Run): Promise<Run> {
  const data = { state: "queued", claim: null, attempts: 0, error: jsonOrNull(null), finishedAt: null };
  const updated = await tx.run.update({ where: { id: run.id }, data });
  // An old error event must not end the stream of somebody who replays it.
  await tx.$executeRaw`UPDATE run_events SET data = data || '{"retrying": true}' WHERE run_id = ${run.id} AND type = 'error'`;
  const { stage, done, total } = updated;
  await appendEvent(tx, run.id, "progress", { state: "queued", stage, done, total, rate: null, etaMs: null });
  await ring(tx, updated);
  return updated;
}

async function load(tx: Db, id: string): Promise<Run> {
  const run = await tx.run.findUnique({ where: { id } });
  if (run) return run;
  throw new AppError("NOT_FOUND", `There is no run ${id.slice(0, 40)}.`);
}
