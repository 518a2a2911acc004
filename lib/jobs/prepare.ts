import { runMigrations } from "graphile-worker";
import { migrate } from "@/lib/db/migrate";
import { quietLogger } from "./queue-logger";

/** Brings a database up to date: Fovea's tables, then the queue's. Safe to call from several processes at once. */
export async function prepareDatabase(url: string): Promise<string[]> {
  const applied = await migrate(url);
  await runMigrations({ connectionString: url, logger: quietLogger });
  return applied;
}
