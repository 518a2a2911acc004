import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { env } from "../../lib/core/env";
import { AppError } from "../../lib/core/errors";
import { closeDb } from "../../lib/db/client";
import { startEmbedded } from "../../lib/db/embedded";
import { prepareDatabase } from "../../lib/jobs/prepare";
import { registerModelFolder } from "../../lib/training/register";
import { type Command, required } from "./command";

export const modelAdd: Command = {
  usage: "model add FOLDER [--slug NAME]",
  about: "Checks a model and registers it in the database.",
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { model: { type: "string" }, slug: { type: "string" } },
    });
    const given = required(positionals[0] ?? values.model, "model");
    if (!existsSync(given)) throw new AppError("INVALID_INPUT", `There is no folder ${resolve(given)}.`);
    const folder = resolve(given);
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
