import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import { PrismaClient } from "./generated/client";
import { databaseUrl } from "./url";

/** A client or an open transaction: what reads and writes take as `tx`. */
export type Db = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$use" | "$extends" | "$transaction">;

interface Open {
  pool: Pool;
  prisma: PrismaClient;
}

// On globalThis because a dev server reloads modules; a second pool per reload would use up the connections.
const held = globalThis as typeof globalThis & { foveaDatabase?: Open };

function open(): Open {
  if (held.foveaDatabase === undefined) {
    const pool = new Pool({ connectionString: databaseUrl(), max: 10, keepAlive: true, idleTimeoutMillis: 10_000 });
    // An idle connection that breaks (server restarted) must not end the process; the next query opens another.
    pool.on("error", () => {});
    held.foveaDatabase = { pool, prisma: new PrismaClient({ adapter: new PrismaPg(pool) }) };
  }
  return held.foveaDatabase;
}

/** The process-wide Prisma client; connects on first use. Only data.ts, mutations.ts, lib/db and lib/jobs call it. */
export function db(): PrismaClient {
  return open().prisma;
}

/** The connection pool below db(), for COPY and LISTEN. */
export function pgPool(): Pool {
  return open().pool;
}

/** Closes the pool; a later db() opens a new one. */
export async function closeDb(): Promise<void> {
  const open = held.foveaDatabase;
  held.foveaDatabase = undefined;
  await open?.prisma.$disconnect();
  if (open && !open.pool.ended) await open.pool.end();
}

/** True when the database answers a trivial query. */
export async function isDatabaseUp(): Promise<boolean> {
  try {
    await db().$queryRaw`SELECT 1`;
    return true;
  } catch {
    return false;
  }
}
