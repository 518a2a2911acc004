import { startEmbedded } from "@/lib/db/embedded";
import { startDemo } from "@/lib/demo/mutations";
import { prepareDatabase } from "@/lib/jobs/prepare";
import { startWorker } from "@/lib/jobs/worker";
import { getRun } from "@/lib/runs/data";
import { registry } from "@/workers/registry";

const server = await startEmbedded();
await prepareDatabase(server!.url);
const worker = await startWorker(registry, ["batch"]);
const run = await startDemo({ scenes: 1500, explain: 500, explainFresh: 1 });
for (;;) {
  await new Promise((r) => setTimeout(r, 5000));
  const r = await getRun(run.id);
  console.log(new Date().toISOString(), r.state, r.progress.stage, r.progress.message);
  if (!["queued", "running"].includes(r.state)) break;
}
await worker.stop();
await server!.stop();
process.exit(0);
