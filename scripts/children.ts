import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { childEnv, env } from "../lib/core/env";

/** Processes that this one started and must take with it. */
const alive = new Set<ChildProcess>();

/**
 * Starts a command in a process group of its own, so that Ctrl-C in the terminal reaches only the launcher, which then
 * ends its children in order. Output goes to `FOVEA_HOME/logs/<name>.log`.
 */
export function startChild(
  name: string,
  command: string,
  args: string[],
  changes: Record<string, string> = {},
): ChildProcess {
  const folder = join(env().FOVEA_HOME, "logs");
  mkdirSync(folder, { recursive: true });
  const log = createWriteStream(join(folder, `${name}.log`), { flags: "a" });
  const child = spawn(command, args, { env: childEnv(changes), stdio: ["ignore", "pipe", "pipe"], detached: true });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  alive.add(child);
  child.once("exit", () => alive.delete(child));
  return child;
}

/** Resolves with the exit code, or null if a signal ended it. */
export function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** Asks every child to stop, waits up to `graceMs`, then kills what is left. */
export async function stopChildren(graceMs = 12_000): Promise<void> {
  const all = [...alive];
  for (const child of all) signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => {
    for (const child of alive) signalGroup(child, "SIGKILL");
  }, graceMs);
  await Promise.all(all.map(exited));
  clearTimeout(timer);
}

// Whatever ends the launcher, no child outlives it.
process.on("exit", () => {
  for (const child of alive) signalGroup(child, "SIGKILL");
});
