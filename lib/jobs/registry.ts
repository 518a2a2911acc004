import type { z } from "zod";
import type { Lane } from "@/lib/core/env";
import type { Run } from "@/lib/db/generated/client";
import type { Handler, Job } from "./define";

export interface RegistryEntry {
  job: Job;
  /** Loads the handler on first use, so that a worker starts without the model runtime. */
  load: () => Promise<Handler>;
  /** Removes what a cancelled run left behind. Called once its handler has stopped, also for a run that never started. */
  discard: ((run: Run) => Promise<void>) | undefined;
}

export type Registry = ReadonlyMap<string, RegistryEntry>;

/** One line of workers/registry.ts: this handler does that job. */
export function on<S extends z.ZodType>(
  job: Job<S>,
  load: () => Promise<Handler<Job<S>>>,
  options: { discard?: (run: Run) => Promise<void> } = {},
): RegistryEntry {
  return { job, load: load as () => Promise<Handler>, discard: options.discard };
}

/**
 * @param jobs every job there is, when that is known.
 * @throws Error when a job has two handlers, or none.
 */
export function createRegistry(entries: RegistryEntry[], jobs: readonly Job[] = []): Registry {
  const registry = new Map<string, RegistryEntry>();
  for (const entry of entries) {
    if (registry.has(entry.job.name))
      throw new Error(`Two handlers for job "${entry.job.name}": keep one in workers/registry.ts.`);
    registry.set(entry.job.name, entry);
  }
  const orphan = jobs.find((job) => !registry.has(job.name));
  if (orphan) throw new Error(`No handler for job "${orphan.name}": add it to workers/registry.ts.`);
  return registry;
}

/** Jobs of these lanes. */
export function entriesOf(registry: Registry, lanes: readonly Lane[]): RegistryEntry[] {
  return [...registry.values()].filter((entry) => lanes.includes(entry.job.lane));
}
