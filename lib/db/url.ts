import { readFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";

/** What the owner of the embedded server writes down so that other processes find it. */
export interface ServerRecord {
  url: string;
  port: number;
  password: string;
  /** Process that started the server and will stop it. */
  ownerPid: number;
}

/** Folder of the embedded server: `data/` (the cluster), `server.json` (ServerRecord), `postgres.log`. */
export function embeddedFolder(home = env().FOVEA_HOME): string {
  return join(home, "database");
}

/** The record of the embedded server, or undefined when there is none or it is unreadable. */
export function readServerRecord(folder = embeddedFolder()): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "server.json"), "utf8")) as ServerRecord;
  } catch {
    return undefined;
  }
}

/**
 * Address of the database: DATABASE_URL, else the embedded server that `npm run demo` or `npm run dev` started.
 * @throws AppError DATABASE_DOWN when neither exists.
 */
export function databaseUrl(): string {
  const url = env().DATABASE_URL ?? readServerRecord()?.url;
  if (url !== undefined) return url;
  throw new AppError(
    "DATABASE_DOWN",
    "No database is running: start one with `npm run demo` or `npm run dev`, or set DATABASE_URL.",
  );
}
