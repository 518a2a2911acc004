// A worker process: does the runs of the lanes named in WORKER_LANES until SIGTERM or SIGINT.
import { env } from "@/lib/core/env";
import { createLog } from "@/lib/core/log";
import { startWorker } from "@/lib/jobs/worker";
import { startEmbed } from "@/lib/search/meaning/mutations";
import { likeliestModel } from "@/lib/trace/data";
import { registry } from "./registry";

const log = createLog("worker");
const DRAIN_MS = 15_000;

async function main(): Promise<void> {
  const worker = await startWorker(registry, env().WORKER_LANES);
  const warming = new AbortController();
  if (env().WORKER_LANES.includes("interactive")) {
    const { warmUp } = await import("./warm");
    warmUp(likeliestModel, warming.signal).catch((error) => log.warn("no model is warm", { error }));
  }
  if (env().WORKER_LANES.includes("batch")) {
    startEmbed().catch((error) => log.warn("labels are not embedded", { error }));
  }
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    warming.abort();
    log.info("stopping", { signal });
    // A handler that does not listen to its signal must not keep the process: its run resumes at its cursor anyway.
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    await worker.stop();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void stop(signal));
}

main().catch((error) => {
  log.error("could not start", { error });
  process.exitCode = 1;
});
