/**
 * `npm run demo`: starts database, web and workers on embedded defaults, builds the demo the first time, shows its
 * progress, and leaves no process behind on Ctrl-C.
 *
 *   npm run demo -- [--scenes N] [--explain N] [--port P] [--exit]
 *
 * --explain limits how many features are explained and scored; --exit stops when the demo run is over.
 */
import { parseArgs } from "node:util";
import { env } from "../lib/core/env";
import { AppError } from "../lib/core/errors";
import { closeDb } from "../lib/db/client";
import { demoJob } from "../lib/demo/job";
import { startDemo } from "../lib/demo/mutations";
import { followDemo } from "./follow-demo";
import { explainFailure, startServices, startWorkers, stopOnSignal } from "./services";
import { buildWeb, serveWeb } from "./web";

const began = performance.now();
const since = (): string => `${Math.round((performance.now() - began) / 1000)} s after start`;

/** A whole number given on the command line. @throws AppError INVALID_INPUT that names the option. */
function whole(name: string, given: string | undefined, fallback: number, least: number): number {
  const value = Number(given ?? fallback);
  if (Number.isInteger(value) && value >= least) return value;
  throw new AppError("INVALID_INPUT", `--${name} takes a whole number from ${least} on, such as ${fallback}.`);
}

function options(): { scenes: number; explain: number; port: number; exit: boolean } {
  const { values } = parseArgs({
    options: {
      scenes: { type: "string" },
      explain: { type: "string" },
      port: { type: "string" },
      exit: { type: "boolean", default: false },
    },
  });
  const usual = demoJob.schema.parse({});
  const scenes = whole("scenes", values.scenes, usual.scenes, 20);
  const explain = whole("explain", values.explain, usual.explain, 1);
  const port = Number(values.port ?? env().PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new AppError("INVALID_INPUT", "--port takes a number from 1 to 65535.");
  return { scenes, explain, port, exit: values.exit };
}

async function main(): Promise<void> {
  const { scenes, explain, port, exit } = options();
  const services = await startServices({ port });
  stopOnSignal(services);
  try {
    process.stdout.write(`database ready (${since()})\n`);
    startWorkers();
    const run = await startDemo({ scenes, explain });
    const web = async (): Promise<void> => {
      const seconds = await buildWeb();
      await serveWeb(port, services.databaseUrl);
      const built = seconds > 0 ? `; the web build took ${Math.round(seconds)} s` : "";
      process.stdout.write(`\n  Fovea is at http://localhost:${port}  (${since()}${built})\n\n`);
    };
    const [, succeeded] = await Promise.all([web(), followDemo(run.id, { began, port })]);
    if (exit || !succeeded) {
      await closeDb();
      await services.stop();
      process.exit(succeeded ? 0 : 1);
    }
    process.stdout.write("Everything is ready. Ctrl-C stops it.\n");
  } catch (error) {
    await services.stop();
    throw error;
  }
}

main().catch((error) => {
  explainFailure(error);
  process.exit(1);
});
