// vitest globalSetup: one embedded Postgres per run, shared by all projects, with one migrated template database.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { type EmbeddedServer, startEmbedded } from "../../lib/db/embedded";
import { prepareDatabase } from "../../lib/jobs/prepare";

declare module "vitest" {
  interface ProvidedContext {
    databaseServer: string;
  }
}

interface Shared {
  folder: string;
  server: EmbeddedServer;
  users: number;
}

// Each vitest project loads this file on its own; the server is shared through globalThis.
const held = globalThis as typeof globalThis & { foveaTestServer?: Promise<Shared> };

async function start(): Promise<Shared> {
  const folder = mkdtempSync(join(tmpdir(), "fovea-postgres-"));
  chmodSync(folder, 0o755);
  const server = await startEmbedded({ folder, durable: false });
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query("CREATE DATABASE template_fovea");
  await client.end();
  await prepareDatabase(server.url.replace(/\/fovea$/, "/template_fovea"));
  return { folder, server, users: 0 };
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  held.foveaTestServer ??= start();
  const shared = await held.foveaTestServer;
  shared.users++;
  project.provide("databaseServer", shared.server.url);
  return async () => {
    if (--shared.users > 0) return;
    held.foveaTestServer = undefined;
    await shared.server.stop();
    rmSync(shared.folder, { recursive: true, force: true });
  };
}
