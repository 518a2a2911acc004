import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "../../lib/core/errors";
import { SAE_FORMATS } from "../../lib/sae/formats/detect";
import { exportSae, openStoredSae } from "../../lib/sae/formats/open";
import { type Command, required } from "./command";

export const saeExport: Command = {
  usage: `sae export --sae FOLDER --format ${SAE_FORMATS.join("|")} --out FOLDER`,
  about:
    "Writes an SAE for another tool, from disk to disk: an SAE larger than memory goes through too. --sae takes any format.",
  async run(argv) {
    const { values } = parseArgs({
      args: [...argv],
      options: { sae: { type: "string" }, format: { type: "string" }, out: { type: "string" } },
    });
    const path = required(values.sae, "sae");
    const out = required(values.out, "out");
    const wanted = required(values.format, "format");
    const format = SAE_FORMATS.find((name) => name === wanted);
    if (!format) throw new AppError("INVALID_INPUT", `--format takes ${SAE_FORMATS.join(", ")}, not "${wanted}".`);
    if (resolve(out) === resolve(path)) throw new AppError("INVALID_INPUT", "--out must be another folder than --sae.");
    const sae = await openStoredSae(path);
    try {
      await exportSae(sae, format, out);
    } finally {
      await sae.close();
    }
    for (const notice of sae.provenance.notices) console.log(`- ${notice}`);
    for (const name of (await readdir(out)).sort())
      console.log(`${join(out, name)}  ${(await stat(join(out, name))).size} bytes`);
  },
};
