import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { env } from "../../lib/core/env";
import { AppError } from "../../lib/core/errors";
import { closeDb } from "../../lib/db/client";
import { startEmbedded } from "../../lib/db/embedded";
import { prepareDatabase } from "../../lib/jobs/prepare";
import { PRECISIONS, type Precision } from "../../lib/model/files";
import { modelFolder } from "../../lib/model/hub/folder";
import { registerModelFolder } from "../../lib/training/register";
import { type Command, required } from "./command";
import { showDownload } from "./show-download";

export const modelAdd: Command = {
  usage: "model add MODEL [--slug NAME] [--precision P]",
  about: `Checks a model and registers it in the database. --precision is of the download: ${PRECISIONS.join(", ")} (default: the best of each part).`,
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { model: { type: "string" }, slug: { type: "string" }, precision: { type: "string" } },
    });
    const given = required(positionals[0] ?? values.model, "model");
    const precision = await precisionOf(values.precision, given);
    const folder = await modelFolder(given, { precision, report: showDownload(process.stderr) });
    const slug =
      values.slug ??
      basename(folder)
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, "-");
    const server = env().DATABASE_URL === undefined ? await startEmbedded() : undefined;
    try {
      await prepareDatabase(env().DATABASE_URL ?? server?.url ?? "");
      const model = await registerModelFolder(folder, { slug, title: basename(folder) });
      console.log(`${model.slug}: ${model.kind}, ${model.nLayers} layers of width ${model.dModel}, from ${folder}`);
    } finally {
      await closeDb();
      await server?.stop();
    }
  },
};

/** Of a download only: workers open a folder as it is, so that it must hold one precision. */
async function precisionOf(text: string | undefined, given: string): Promise<Precision | undefined> {
  if (text === undefined) return undefined;
  const found = PRECISIONS.find((precision) => precision === text);
  if (!found) throw new AppError("INVALID_INPUT", `--precision takes ${PRECISIONS.join(", ")}, not "${text}".`);
  const folder = await stat(given).catch(() => undefined);
  if (!folder?.isDirectory()) return found;
  throw new AppError(
    "INVALID_INPUT",
    `--precision is of models that are downloaded, and ${given} is a folder: leave only that precision in its onnx/, or write hf:${given}.`,
  );
}
