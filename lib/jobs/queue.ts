import type { Db } from "@/lib/db/client";

/**
 * Rings the doorbell for a run, inside the caller's transaction: no row without a job, no job without a row. The run's id
 * is the job's key (a second ring replaces the first) and its queue (two attempts of one run never overlap).
 * @param at when to start; now by default.
 */
export async function ring(tx: Db, run: { id: string; kind: string }, at?: Date): Promise<void> {
  await tx.$executeRaw`SELECT id FROM graphile_worker.add_job(
    identifier => ${run.kind}, payload => json_build_object('runId', ${run.id}::text), queue_name => ${run.id},
    run_at => ${at ?? null}::timestamptz, max_attempts => 100, job_key => ${run.id})`;
}

/**
 * Rings again for runs that should be going on but have no job (a database restored from a backup, a queue emptied by hand).
 * @returns how many.
 */
export async function ringLostRuns(tx: Db): Promise<number> {
  const lost = await tx.$queryRaw<{ id: string; kind: string }[]>`
    SELECT id, kind FROM runs r WHERE state IN ('queued', 'running')
    AND NOT EXISTS (SELECT 1 FROM graphile_worker.jobs j WHERE j.key = r.id)
    AND NOT EXISTS (SELECT 1 FROM runs c WHERE c.parent_id = r.id AND c.state IN ('queued', 'running'))`;
  for (const run of lost) await ring(tx, run);
  return lost.length;
}
