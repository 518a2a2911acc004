import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { AppError } from "@/lib/core/errors";
import { type Account, assertReachable, binaryFolder, postgresAccount } from "./postgres-binaries";
import { embeddedFolder, readServerRecord, type ServerRecord } from "./url";

export interface EmbeddedServer {
  url: string;
  /** False when another live process owns the server; stop() then does nothing. */
  owned: boolean;
  stop(): Promise<void>;
}

/**
 * Starts the embedded Postgres of a folder, or joins the one that already runs there. Survives `kill -9` of the owner
 * (the running server is adopted) and of Postgres itself (its stale pid file is removed).
 * @param options.durable false trades safety at a power cut for speed: tests only.
 */
export async function startEmbedded(options: { folder?: string; durable?: boolean } = {}): Promise<EmbeddedServer> {
  const folder = options.folder ?? embeddedFolder();
  const data = join(folder, "data");
  const running = readServerRecord(folder);
  if (running && (await answers(running.url))) {
    if (running.ownerPid !== process.pid && isAlive(running.ownerPid))
      return { url: running.url, owned: false, stop: async () => {} };
    record(folder, { ...running, ownerPid: process.pid });
    return { url: running.url, owned: true, stop: () => stopServer(folder, data) };
  }
  const account = postgresAccount();
  const password = initialise(folder, data, account, running?.password);
  rmSync(join(data, "postmaster.pid"), { force: true });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(running?.port);
    const url = `postgresql://fovea:${password}@127.0.0.1:${port}/fovea`;
    try {
      await launch(folder, data, port, account, options.durable ?? true, url);
      record(folder, { url, port, password, ownerPid: process.pid });
      return { url, owned: true, stop: () => stopServer(folder, data) };
    } catch (error) {
      // Back ends of a killed server hold its shared memory for a moment; a port can be taken meanwhile.
      if (attempt === 5) throw error;
      await sleep(300 * attempt);
    }
  }
}

function initialise(folder: string, data: string, account: Account | undefined, known: string | undefined): string {
  mkdirSync(data, { recursive: true });
  const bin = binaryFolder();
  if (account) {
    assertReachable(folder, account);
    assertReachable(bin, account);
    if (statSync(data).uid !== account.uid) chownSync(data, account.uid, account.gid);
  }
  const secret = join(folder, "password");
  if (existsSync(join(data, "PG_VERSION"))) return known ?? readFileSync(secret, "utf8").trim();
  // A first start that was killed leaves a half-made cluster, which initdb refuses.
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  const password = randomBytes(18).toString("base64url");
  writeFileSync(secret, `${password}\n`, { mode: 0o600 });
  if (account) {
    chownSync(data, account.uid, account.gid);
    chownSync(secret, account.uid, account.gid);
  }
  const flags = [
    `--pgdata=${data}`,
    "--username=fovea",
    "--auth=scram-sha-256",
    `--pwfile=${secret}`,
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ];
  const made = spawnSync(join(bin, "initdb"), flags, { ...account, encoding: "utf8" });
  if (made.status !== 0) {
    rmSync(data, { recursive: true, force: true });
    throw new AppError(
      "ENVIRONMENT",
      `The database could not be created in ${data}: ${(made.stderr || String(made.error)).trim()}`,
    );
  }
  return password;
}

async function launch(
  folder: string,
  data: string,
  port: number,
  account: Account | undefined,
  durable: boolean,
  url: string,
): Promise<void> {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "120",
    jit: "off",
    // A crash may lose the last fraction of a second of commits, never consistency; jobs resume from their cursor.
    synchronous_commit: "off",
    ...(durable ? {} : { fsync: "off", full_page_writes: "off", autovacuum: "off" }),
  };
  const log = openSync(join(folder, "postgres.log"), "a");
  const flags = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  // Detached: Ctrl-C in a terminal must reach the workers first; stop() ends the server when they are done.
  const child = spawn(join(binaryFolder(), "postgres"), ["-D", data, "-p", String(port), ...flags], {
    ...account,
    stdio: ["ignore", log, log],
    detached: true,
  });
  child.unref();
  await ready(child, folder, url);
}

async function ready(child: ChildProcess, folder: string, url: string): Promise<void> {
  let failed: unknown;
  child.once("error", (error) => {
    failed = error;
  });
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(20)) {
    if (failed !== undefined || child.exitCode !== null) break;
    if (await ensureDatabase(url)) return;
  }
  child.kill("SIGINT");
  throw new AppError(
    "ENVIRONMENT",
    `The embedded database did not start; its log is ${join(folder, "postgres.log")}.`,
    { cause: failed },
  );
}

/** Makes the database `fovea` on first start; false while the server does not answer yet. */
async function ensureDatabase(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url.replace(/\/fovea$/, "/postgres") });
  try {
    await client.connect();
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'fovea'");
    if (rowCount === 0) await client.query("CREATE DATABASE fovea");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function stopServer(folder: string, data: string): Promise<void> {
  const pid = Number.parseInt(
    existsSync(join(data, "postmaster.pid")) ? readFileSync(join(data, "postmaster.pid"), "utf8") : "",
    10,
  );
  if (Number.isNaN(pid)) return;
  // SIGINT is Postgres's "fast" stop: open sessions are ended and the cluster is left clean.
  if (isAlive(pid)) process.kill(pid, "SIGINT");
  for (let i = 0; i < 500 && isAlive(pid) && existsSync(join(data, "postmaster.pid")); i++) await sleep(20);
  rmSync(join(folder, "server.json"), { force: true });
}

function record(folder: string, server: ServerRecord): void {
  writeFileSync(join(folder, "server.json"), `${JSON.stringify(server, null, 2)}\n`, { mode: 0o600 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A free TCP port on this machine; the preferred one if nobody has it. */
export async function freePort(preferred?: number): Promise<number> {
  const attempt = (port: number) =>
    new Promise<number | undefined>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(undefined));
      server.listen(port, "127.0.0.1", () => {
        const { port: got } = server.address() as { port: number };
        server.close(() => resolve(got));
      });
    });
  return (preferred === undefined ? undefined : await attempt(preferred)) ?? ((await attempt(0)) as number);
}
