import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { env } from "../../lib/core/env";
import { closeDb } from "../../lib/db/client";
import { startEmbedded } from "../../lib/db/embedded";
import { prepareDatabase } from "../../lib/jobs/prepare";
import { registerModelFolder } from "../../lib/training/register";
import { type Command, required } from "./command";
import { downloadModel } from "./hub";

export const modelAdd: Command = {
  usage: "model add FOLDER|HUB_ID [--slug NAME] [--precision fp32|fp16|q4|...]",
  about: "Checks a model and registers it; a hub id such as owner/name is downloaded to FOVEA_HOME/models first.",
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { model: { type: "string" }, slug: { type: "string" }, precision: { type: "string" } },
    });
    const given = required(positionals[0] ?? values.model, "model");
    const folder = existsSync(given) ? resolve(given) : await downloadModel(given, values.precision);
    const slug = values.slug ?? basename(folder).toLowerCase().replace(/[^a-z0-9-]+/g, "-");
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
