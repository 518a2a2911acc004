// The browser tests run against the product as a newcomer starts it: a production build and a small demo in an empty home.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnv } from "../../lib/core/env";
import { E2E_PORT } from "../helpers/e2e-port";

const SCENES = 800;
const EXPLAINED = 250;
const DEADLINE_MS = 20 * 60_000;

interface RunRow {
  state: string;
  error: { detail?: string } | null;
}

export default async function setup(): Promise<() => Promise<void>> {
  const home = mkdtempSync(join(tmpdir(), "fovea-e2e-"));
  // Where the tests run as root, Postgres runs as another account and must be able to enter.
  chmodSync(home, 0o755);
  // Not through npm, which keeps SIGINT to itself, so that the tear-down would wait for ever.
  const options = ["--scenes", `${SCENES}`, "--explain", `${EXPLAINED}`, "--port", `${E2E_PORT}`];
  const command = ["--conditions=react-server", "--import", "tsx", "scripts/demo.ts", ...options];
  const env = childEnv({ FOVEA_HOME: home, NODE_OPTIONS: "" });
  const demo = spawn(process.execPath, command, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      said += bytes;
      process.stdout.write(bytes);
    });
  }
  const teardown = async (): Promise<void> => {
    demo.kill("SIGINT");
    await new Promise((resolve) => (demo.exitCode === null ? demo.once("exit", resolve) : resolve(null)));
    rmSync(home, { recursive: true, force: true });
  };
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end; await sleep(1000)) {
    if (demo.exitCode !== null) throw new Error(`The demo stopped with code ${demo.exitCode}:\n${said}`);
    const run = await demoRun();
    if (run?.state === "done") return teardown;
    if (run?.state === "failed") {
      await teardown();
      throw new Error(`The demo run failed: ${run.error?.detail}`);
    }
  }
  await teardown();
  throw new Error(`The demo was not done after ${DEADLINE_MS / 1000} s:\n${said}`);
}

async function demoRun(): Promise<RunRow | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${E2E_PORT}/api/v1/runs?kind=demo&limit=1`);
    return ((await answer.json()) as { items: RunRow[] }).items[0];
  } catch {
    // The web server is not up yet.
    return undefined;
  }
}
