import { type ChildProcess, spawn } from "node:child_process";
import { childEnv } from "../../lib/core/env";

/** Starts a real worker process of the batch lane; resolves when it takes jobs. */
export async function startBatchWorker(changes: Record<string, string> = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--conditions=react-server", "--import", "tsx", "workers/main.ts"], {
    env: childEnv({ WORKER_LANES: "batch", ...changes }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr!.on("data", (chunk) => {
      said = `${said}${chunk}`.slice(-4000);
      if (said.includes('"ready"')) resolve();
    });
    child.once("exit", (code) => reject(new Error(`The worker ended with ${code}: ${said}`)));
  });
  return child;
}

/** Ends it as a power cut would, and waits until it is gone. */
export async function killNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}
