import type { ChildProcess } from "node:child_process";
import { env } from "../lib/core/env";
import { assertDiskSpace, assertNode, assertPortFree } from "../lib/core/preflight";
import { startEmbedded } from "../lib/db/embedded";
import { prepareDatabase } from "../lib/jobs/prepare";
import { startChild, stopChildren } from "./children";

export interface Services {
  databaseUrl: string;
  /** Stops all children (web, workers), then the database if this process started it. */
  stop(): Promise<void>;
}

/**
 * Checks the machine and brings up the database, migrated: the embedded one, unless DATABASE_URL names another.
 * @throws AppError ENVIRONMENT in one line for an old Node, a port in use, a full disk.
 */
export async function startServices(options: { port?: number } = {}): Promise<Services> {
  assertNode();
  assertDiskSpace(env().FOVEA_HOME);
  await assertPortFree(options.port ?? env().PORT);
  const given = env().DATABASE_URL;
  const server = given === undefined ? await startEmbedded() : undefined;
  const databaseUrl = given ?? server?.url ?? "";
  try {
    await prepareDatabase(databaseUrl);
  } catch (error) {
    await server?.stop();
    throw error;
  }
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await stopChildren();
    await server?.stop();
  };
  return {
    databaseUrl,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** One worker process per lane of WORKER_LANES, so that batch work never delays a click. */
export function startWorkers(): ChildProcess[] {
  return env().WORKER_LANES.map((lane) =>
    startChild(
      `worker-${lane}`,
      process.execPath,
      ["--conditions=react-server", "--import", "tsx", "workers/main.ts"],
      {
        WORKER_LANES: lane,
      },
    ),
  );
}

/** Ctrl-C and SIGTERM stop the services and end this process; a second Ctrl-C does not wait. */
export function stopOnSignal(services: Services): void {
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      void services.stop().then(() => process.exit(0));
    });
  }
}

/** Prints the one line of an expected error, or all of an unexpected one, and sets the exit code. */
export function explainFailure(error: unknown): void {
  const known = error instanceof Error && error.name === "AppError";
  process.stderr.write(`${known ? error.message : ((error as Error)?.stack ?? String(error))}\n`);
  process.exitCode = 1;
}
