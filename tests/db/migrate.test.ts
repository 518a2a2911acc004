import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pgPool } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrate";
import { databaseUrl } from "@/lib/db/url";

it("applies what is new, skips what is applied, and refuses an edited migration", async () => {
  expect(await migrate(databaseUrl())).toEqual([]);
  const folder = mkdtempSync(join(tmpdir(), "migrations-"));
  const write = (name: string, sql: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "migration.sql"), sql);
  };
  write("9001_more", "CREATE TABLE more (id int); INSERT INTO more VALUES (1);");
  const both = await Promise.all([migrate(databaseUrl(), folder), migrate(databaseUrl(), folder)]);
  expect(both.flat()).toEqual(["9001_more"]);
  write("9002_broken", "CREATE TABLE half (id int); SELECT nonsense;");
  await expect(migrate(databaseUrl(), folder)).rejects.toThrow("nonsense");
  expect((await pgPool().query("SELECT to_regclass('half') AS t")).rows[0].t).toBeNull();
  write("9001_more", "CREATE TABLE more (id bigint);");
  await expect(migrate(databaseUrl(), folder)).rejects.toThrow("9001_more was edited");
});
