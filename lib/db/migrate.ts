import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { AppError } from "@/lib/core/errors";
import { sha256 } from "@/lib/core/hash";

/** Prisma's own book-keeping table, so that its command line understands a database that this runner made. */
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** "FOVE" in ASCII: processes that start together wait for each other here. */
const LOCK = 0x464f5645;

/**
 * Applies `prisma/migrations/<name>/migration.sql` in order of name, each in its own transaction, and skips those applied.
 * (Prisma's own engine is a download; see docs/decisions/0002.)
 * @returns the names applied now.
 * @throws AppError ENVIRONMENT when an applied migration was edited afterwards.
 */
export async function migrate(url: string, folder = "prisma/migrations"): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await client.query(TABLE);
    const { rows } = await client.query<{ name: string; checksum: string }>(
      `SELECT migration_name AS name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
    );
    const applied = new Map(rows.map((row) => [row.name, row.checksum]));
    const now: string[] = [];
    for (const { name, sql } of readMigrations(folder)) {
      const checksum = sha256(sql);
      const before = applied.get(name);
      if (before === checksum) continue;
      if (before !== undefined) {
        throw new AppError(
          "ENVIRONMENT",
          `Migration ${name} was edited after it was applied: undo the edit and add a new migration.`,
        );
      }
      await apply(client, name, sql, checksum);
      now.push(name);
    }
    return now;
  } finally {
    await client.end();
  }
}

async function apply(client: Client, name: string, sql: string, checksum: string): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

function readMigrations(folder: string): { name: string; sql: string }[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name, "migration.sql"), "utf8") }));
}
