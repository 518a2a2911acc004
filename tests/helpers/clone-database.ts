// Runs before each test file: the file gets a clone of the template database (about 30 ms) and DATABASE_URL points to it.
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, inject } from "vitest";
import { closeDb } from "../../lib/db/client";

const server = inject("databaseServer");
const name = `test_${randomBytes(6).toString("hex")}`;

async function admin(sql: string): Promise<void> {
  const client = new Client({ connectionString: server.replace(/\/fovea$/, "/postgres") });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

// Two files may clone at once; Postgres refuses while another session copies the template, so take turns.
await admin(`CREATE DATABASE ${name} TEMPLATE template_fovea STRATEGY FILE_COPY`);
process.env.DATABASE_URL = server.replace(/\/fovea$/, `/${name}`);

afterAll(async () => {
  await closeDb();
  await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});
