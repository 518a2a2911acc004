// `npm run dev`: database, workers and the development server in one terminal. Workers write to FOVEA_HOME/logs.
import { env } from "../lib/core/env";
import { exited, startChild } from "./children";
import { explainFailure, startServices, startWorkers, stopOnSignal } from "./services";

async function main(): Promise<void> {
  const services = await startServices();
  stopOnSignal(services);
  startWorkers();
  const args = ["node_modules/next/dist/bin/next", "dev", "--port", String(env().PORT)];
  const web = startChild("web", process.execPath, args, { NODE_ENV: "development", NEXT_TELEMETRY_DISABLED: "1" });
  web.stdout?.pipe(process.stdout);
  web.stderr?.pipe(process.stderr);
  await exited(web);
  await services.stop();
}

main().catch(explainFailure);
