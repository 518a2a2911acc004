import { AppError } from "@/lib/core/errors";
import { cancelRun as cancel, retryRun as retry } from "@/lib/jobs/control";
import type { Job } from "@/lib/jobs/define";
import { startRun } from "@/lib/jobs/start";
import { toRun } from "./data";
import { jobOf, jobs } from "./kinds";
import type { Run } from "./schema";

/** @throws AppError INVALID_INPUT for a kind that does not exist. */
export function requireJob(kind: string): Job {
  const job = jobOf(kind);
  if (job) return job;
  throw new AppError(
    "INVALID_INPUT",
    `There is no kind "${kind.slice(0, 40)}": use one of ${jobs.map((j) => j.name).join(", ")}.`,
  );
}

/** Starts a run of any kind by name. @throws AppError INVALID_INPUT, ZodError when the parameters do not fit. */
export async function createRun(input: { kind: string; params: unknown; seed?: number }): Promise<Run> {
  return toRun(await startRun(requireJob(input.kind), input.params, { seed: input.seed ?? 0 }));
}

export async function cancelRun(id: string): Promise<Run> {
  return toRun(await cancel(id));
}

export async function retryRun(id: string): Promise<Run> {
  return toRun(await retry(id));
}
