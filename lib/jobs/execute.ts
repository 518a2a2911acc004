import { isAppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { createLog } from "@/lib/core/log";
import { invalidInput, toProblem } from "@/lib/core/problem";
import { assertNever } from "@/lib/core/result";
import { db } from "@/lib/db/client";
import type { Run } from "@/lib/db/generated/client";
import { json, jsonOrNull } from "@/lib/db/json";
import { blobs } from "@/lib/storage/blobs";
import { type JobContext, type Outcome, RetryLater } from "./define";
import { appendEvent } from "./events";
import { ProgressReporter, type ProgressState } from "./progress";
import type { Registry, RegistryEntry } from "./registry";
import { claimRun, settleDone, settleFailed, settleReleased, settleRetry, settleWaiting } from "./settle";

/** Why a handler's signal aborted. */
export class JobAborted extends Error {
  constructor(readonly reason: "cancelled" | "shutdown" | "lost") {
    super(`The run's handler was stopped: ${reason}.`);
    this.name = "AbortError";
  }
}

const log = createLog("jobs");

/** Handlers at work in this process, by run id, so that a cancel can reach them. */
export const activeRuns = new Map<string, AbortController>();

/** Does one ring of the doorbell: claims the run, calls its handler, and writes how that ended. Never throws for a job's fault. */
export async function executeRun(registry: Registry, runId: string, shutdown: AbortSignal): Promise<void> {
  const before = await db().run.findUnique({ where: { id: runId } });
  const entry = before && registry.get(before.kind);
  if (!before || !entry) return;
  if (before.state === "cancelled") return discard(entry, before);
  const run = await claimRun(runId, newId("request"));
  if (!run) return;
  const { maxAttempts } = entry.job;
  if (run.attempts > maxAttempts) {
    const detail = `The worker stopped unexpectedly ${maxAttempts} times during this run: see its log, then retry.`;
    await settleFailed(run, { ...toProblem(undefined), detail });
    return;
  }
  const params = entry.job.schema.safeParse(run.params);
  if (!params.success) {
    await settleFailed(run, toProblem(invalidInput(params.error)));
    return;
  }
  await attempt(entry, run, params.data, shutdown);
}

async function attempt(entry: RegistryEntry, run: Run, params: unknown, shutdown: AbortSignal): Promise<void> {
  const controller = new AbortController();
  const stop = () => controller.abort(new JobAborted("shutdown"));
  if (shutdown.aborted) stop();
  shutdown.addEventListener("abort", stop, { once: true });
  activeRuns.set(run.id, controller);
  const reporter = new ProgressReporter(run, { write: (state) => writeProgress(run, state, controller) });
  const scoped = log.with({ run: run.id, kind: run.kind, attempt: run.attempts });
  try {
    const context: JobContext = {
      run,
      params,
      cursor: run.cursor,
      signal: controller.signal,
      progress: (report) => reporter.report(report),
      saveCursor: (cursor) => writeCursor(run, cursor, controller),
      emit: async (type, data) => void (await appendEvent(db(), run.id, type, data)),
      countEvents: (type) => db().runEvent.count({ where: { runId: run.id, type } }),
      log: scoped,
      blobs: blobs(),
    };
    const handler = await entry.load();
    const outcome = await handler(context);
    await reporter.flush();
    await settleOutcome(run, outcome);
    scoped.info("attempt ended", { outcome: outcome.outcome });
  } catch (error) {
    await reporter.flush();
    const aborted = controller.signal.aborted ? (controller.signal.reason as JobAborted).reason : undefined;
    scoped.warn("attempt broke off", { aborted, error });
    await settleError(run, error, aborted, entry.job.maxAttempts);
  } finally {
    reporter.stop();
    shutdown.removeEventListener("abort", stop);
    activeRuns.delete(run.id);
  }
}

function settleOutcome(run: Run, outcome: Outcome): Promise<boolean> {
  switch (outcome.outcome) {
    case "done":
      return settleDone(run, outcome.result, null);
    case "skipped":
      return settleDone(run, { skipped: outcome.reason }, outcome.reason);
    case "waiting":
      return settleWaiting(run);
    default:
      return assertNever(outcome);
  }
}

async function settleError(
  run: Run,
  error: unknown,
  aborted: JobAborted["reason"] | undefined,
  maxAttempts: number,
): Promise<void> {
  if (aborted === "cancelled" || aborted === "lost") return;
  if (aborted === "shutdown") await settleReleased(run);
  else if (error instanceof RetryLater) await settleReleased(run, new Date(Date.now() + error.ms));
  else {
    const problem = toProblem(error);
    const hopeless = isAppError(error) && error.status < 500;
    if (hopeless || run.attempts >= maxAttempts) await settleFailed(run, problem);
    else await settleRetry(run, problem, new Date(Date.now() + 1000 * 2 ** (run.attempts - 1)));
  }
}

async function writeProgress(run: Run, state: ProgressState, controller: AbortController): Promise<void> {
  const { timings, ...event } = state;
  await db().$transaction(async (tx) => {
    const { count } = await tx.run.updateMany({
      where: { id: run.id, claim: run.claim, state: "running" },
      data: { ...event, metrics: jsonOrNull(state.metrics), timings: json(timings) },
    });
    if (count > 0) await appendEvent(tx, run.id, "progress", event);
    else controller.abort(new JobAborted("lost"));
  });
}

async function writeCursor(run: Run, cursor: unknown, controller: AbortController): Promise<void> {
  const { count } = await db().run.updateMany({
    where: { id: run.id, claim: run.claim, state: "running" },
    data: { cursor: jsonOrNull(cursor) },
  });
  if (count === 0 && !controller.signal.aborted) controller.abort(new JobAborted("lost"));
  controller.signal.throwIfAborted();
}

/** Removes what a cancelled run left, and its cursor with it: a retry starts from the beginning then. */
async function discard(entry: RegistryEntry, run: Run): Promise<void> {
  if (!entry.discard) return;
  try {
    await entry.discard(run);
    await db().run.updateMany({ where: { id: run.id, state: "cancelled" }, data: { cursor: jsonOrNull(null) } });
  } catch (error) {
    log.error("discard failed", { run: run.id, error });
  }
}
