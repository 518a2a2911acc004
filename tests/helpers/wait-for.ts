import { setTimeout as sleep } from "node:timers/promises";

/** Polls until `read` gives something other than undefined or false. @throws after `ms`. */
export async function waitFor<T>(what: string, read: () => Promise<T | undefined | false>, ms = 15_000): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(30)) {
    const value = await read();
    if (value !== undefined && value !== false) return value as T;
  }
  throw new Error(`Waited ${ms} ms in vain for ${what}.`);
}
