import { EventEmitter } from "node:events";
import { runOnce, run as runQueue, type TaskList, type WorkerEvents } from "graphile-worker";
import type { Lane } from "@/lib/core/env";
import { createLog } from "@/lib/core/log";
import { db } from "@/lib/db/client";
import { databaseUrl } from "@/lib/db/url";
import { CANCEL_CHANNEL } from "./events";
import { activeRuns, executeRun, JobAborted } from "./execute";
import { listen } from "./listen";
import { announceWorker, takeOverFromDeadWorkers } from "./presence";
import { ringLostRuns } from "./queue";
import { quietLogger } from "./queue-logger";
import { entriesOf, type Registry, type RegistryEntry } from "./registry";

/** Runs at once per process: clicks should not wait for each other; batch work already uses every core. */
const CONCURRENCY: Record<Lane, number> = { interactive: 2, batch: 1 };
const POLL_MS = 1000;
const TAKE_OVER_MS = 2000;

const log = createLog("worker");

function taskList(registry: Registry, entries: RegistryEntry[], shutdown: AbortSignal): TaskList {
  const task = async (payload: unknown) => executeRun(registry, (payload as { runId: string }).runId, shutdown);
  return Object.fromEntries(entries.map((entry) => [entry.job.name, task]));
}

function listenForCancel(): Promise<() => void> {
  return listen(CANCEL_CHANNEL, (runId) => activeRuns.get(runId)?.abort(new JobAborted("cancelled")));
}

export interface RunningWorker {
  /** Stops taking jobs, aborts the handlers at work (they resume at their cursor elsewhere), and resolves when all is quiet. */
  stop(): Promise<void>;
}

/** Works on the given lanes until stopped, and takes over what dead workers left. */
export async function startWorker(registry: Registry, lanes: readonly Lane[]): Promise<RunningWorker> {
  const shutdown = new AbortController();
  const presence = await announceWorker(lanes);
  await takeOverFromDeadWorkers();
  await ringLostRuns(db());
  const unlisten = await listenForCancel();
  const events = new EventEmitter() as WorkerEvents;
  // The queue locks jobs in the name of the pool.
  events.on("pool:create", ({ workerPool }) => void presence.addQueueId(workerPool.id).catch(() => {}));
  const runners = await Promise.all(
    lanes
      .map((lane) => ({ lane, entries: entriesOf(registry, [lane]) }))
      .filter(({ entries }) => entries.length > 0)
      .map(({ lane, entries }) =>
        runQueue({
          connectionString: databaseUrl(),
          concurrency: CONCURRENCY[lane],
          maxPoolSize: CONCURRENCY[lane] + 2,
          pollInterval: POLL_MS,
          noHandleSignals: true,
          noPreparedStatements: true,
          logger: quietLogger,
          events,
          taskList: taskList(registry, entries, shutdown.signal),
        }),
      ),
  );
  const timer = setInterval(
    () => void takeOverFromDeadWorkers().catch((error) => log.warn("take over", { error })),
    TAKE_OVER_MS,
  );
  log.info("ready", { lanes, jobs: entriesOf(registry, lanes).map((entry) => entry.job.name) });
  return {
    async stop() {
      clearInterval(timer);
      shutdown.abort();
      await Promise.all(runners.map((runner) => runner.stop().then(() => runner.promise)));
      unlisten();
      await presence.end();
    },
  };
}

/** Tests: does everything that is due now, in this process, one run after the other, then returns. */
export async function drainQueue(registry: Registry): Promise<void> {
  const unlisten = await listenForCancel();
  const tasks = taskList(registry, [...registry.values()], new AbortController().signal);
  try {
    await runOnce({ connectionString: databaseUrl(), taskList: tasks, noHandleSignals: true, logger: quietLogger });
  } finally {
    unlisten();
  }
}
