// A worker process over the counting job, for tests that kill it. Prints "ready" when it takes jobs.
import { startWorker } from "@/lib/jobs/worker";
import { registry } from "./counting-job";

startWorker(registry, ["batch"]).then(
  (worker) => {
    process.stdout.write("ready\n");
    process.on("SIGTERM", () => void worker.stop().then(() => process.exit(0)));
  },
  (error) => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  },
);
