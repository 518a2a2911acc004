// `npm start`: database, workers and the built web server, without starting any run.
import { env } from "../lib/core/env";
import { explainFailure, startServices, startWorkers, stopOnSignal } from "./services";
import { buildWeb, serveWeb } from "./web";

async function main(): Promise<void> {
  const services = await startServices();
  stopOnSignal(services);
  try {
    await buildWeb();
    startWorkers();
    await serveWeb(env().PORT, services.databaseUrl);
    process.stdout.write(`Fovea is at http://localhost:${env().PORT} (Ctrl-C stops it)\n`);
  } catch (error) {
    await services.stop();
    throw error;
  }
}

main().catch(explainFailure);
