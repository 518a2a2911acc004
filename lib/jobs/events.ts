import type { Db } from "@/lib/db/client";

/** Channels of Postgres NOTIFY: `<runId> <seq>` for each event, `<runId>` for each cancel. */
export const EVENT_CHANNEL = "fovea_run_events";
export const CANCEL_CHANNEL = "fovea_run_cancel";

/** Progress events kept per run for replay; each one tells the whole state, so older ones carry nothing more. */
export const KEPT_PROGRESS = 100;

/**
 * Appends one event with the run's next number and wakes the listeners when the transaction commits.
 * @returns the number, or undefined when there is no such run.
 */
export async function appendEvent(tx: Db, runId: string, type: string, data: unknown): Promise<number | undefined> {
  const text = JSON.stringify(data);
  const rows = await tx.$queryRaw<{ seq: number; notified: string }[]>`
    WITH run AS (UPDATE runs SET event_seq = event_seq + 1 WHERE id = ${runId} RETURNING event_seq),
         event AS (INSERT INTO run_events (run_id, seq, type, data)
                   SELECT ${runId}, event_seq, ${type}, ${text}::jsonb FROM run RETURNING seq),
         pruned AS (DELETE FROM run_events e USING run
                    WHERE e.run_id = ${runId} AND e.type = 'progress' AND e.seq = run.event_seq - ${KEPT_PROGRESS}::int)
    SELECT seq, pg_notify(${EVENT_CHANNEL}, ${runId} || ' ' || seq)::text AS notified FROM event`;
  return rows[0]?.seq;
}
