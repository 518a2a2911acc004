import { hostname } from "node:os";
import { Client } from "pg";
import { LANES, type Lane } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { db, pgPool } from "@/lib/db/client";
import { databaseUrl } from "@/lib/db/url";

/** First key of the advisory locks that workers hold while they live ("FVWK"). */
const LOCK_CLASS = 0x4656574b;

const IS_ALIVE = `EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ${LOCK_CLASS}
  AND l.objid = w.lock_key AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;

export interface Presence {
  /** Names under which the queue knows this process's threads. */
  addQueueId(id: string): Promise<void>;
  end(): Promise<void>;
}

/**
 * Writes this process down as a worker and holds its lock in a session of its own. The server drops the lock when the
 * process dies, however it dies: no heartbeat, no clock, and a busy worker is never taken for a dead one.
 */
export async function announceWorker(lanes: readonly Lane[]): Promise<Presence> {
  const id = newId("worker");
  const queueIds: string[] = [];
  let session: Client | undefined;
  let ended = false;
  const open = async () => {
    const client = new Client({ connectionString: databaseUrl(), keepAlive: true });
    client.on("error", () => {
      session = undefined;
      if (!ended) setTimeout(() => open().catch(() => {}), 1000).unref();
    });
    await client.connect();
    await client.query("BEGIN");
    const { rows } = await client.query<{ lock_key: number }>(
      `INSERT INTO workers (id, lanes, queue_ids, host, pid) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET queue_ids = excluded.queue_ids RETURNING lock_key`,
      [id, lanes, queueIds, hostname(), process.pid],
    );
    await client.query("SELECT pg_advisory_lock($1, $2)", [LOCK_CLASS, rows[0]!.lock_key]);
    await client.query("COMMIT");
    session = client;
  };
  await open();
  return {
    async addQueueId(queueId) {
      queueIds.push(queueId);
      await db().worker.updateMany({ where: { id }, data: { queueIds } });
    },
    async end() {
      ended = true;
      await db().worker.deleteMany({ where: { id } });
      // The queue reports a finished job without waiting for the answer; whatever is still locked is free now.
      await freeLocks(queueIds);
      await session?.end();
    },
  };
}

/** How many live workers serve each lane. */
export async function liveWorkers(): Promise<Record<Lane, number>> {
  const { rows } = await pgPool().query<{ lane: Lane; n: number }>(
    `SELECT lane, count(*)::int AS n FROM workers w, unnest(w.lanes) AS lane WHERE ${IS_ALIVE} GROUP BY lane`,
  );
  const counts = Object.fromEntries(LANES.map((lane) => [lane, 0])) as Record<Lane, number>;
  for (const { lane, n } of rows) counts[lane] = n;
  return counts;
}

/** @throws AppError NO_WORKER when no live worker serves a lane, naming the command that starts one. */
export async function assertWorker(lane: Lane): Promise<void> {
  if ((await liveWorkers())[lane] > 0) return;
  throw new AppError("NO_WORKER", `No worker serves lane ${lane}: start one with WORKER_LANES=${lane} npm run worker.`);
}

/**
 * Frees the jobs that dead workers had locked, so that they start again at once (the queue itself would wait four hours).
 * A lock whose holder nobody has heard of is freed after ten seconds: it was killed before it could say its name.
 */
export async function takeOverFromDeadWorkers(): Promise<void> {
  const { rows } = await pgPool().query<{ id: string }>(
    `WITH dead AS (DELETE FROM workers w WHERE NOT ${IS_ALIVE} RETURNING queue_ids),
          known AS (SELECT unnest(queue_ids) AS id FROM workers w WHERE ${IS_ALIVE})
     SELECT unnest(queue_ids) AS id FROM dead
     UNION SELECT locked_by FROM graphile_worker.jobs
           WHERE locked_at < now() - interval '10 seconds' AND locked_by NOT IN (SELECT id FROM known)`,
  );
  await freeLocks(rows.map((row) => row.id));
}

/** Unlocks jobs and their queues, and removes jobs that were replaced by a later ring while they ran. */
async function freeLocks(queueIds: string[]): Promise<void> {
  if (queueIds.length === 0) return;
  await pgPool().query("SELECT graphile_worker.force_unlock_workers($1)", [queueIds]);
  await pgPool().query(
    "DELETE FROM graphile_worker._private_jobs WHERE key IS NULL AND locked_at IS NULL AND attempts >= max_attempts",
  );
}
