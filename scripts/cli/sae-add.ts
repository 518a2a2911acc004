import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { env } from "../../lib/core/env";
import { AppError } from "../../lib/core/errors";
import { closeDb } from "../../lib/db/client";
import { startEmbedded } from "../../lib/db/embedded";
import type { Model } from "../../lib/db/generated/client";
import { prepareDatabase } from "../../lib/jobs/prepare";
import { openModel } from "../../lib/model/open";
import { detectSae } from "../../lib/sae/formats/detect";
import { openSparsify } from "../../lib/sae/sparsify";
import { getModelRow } from "../../lib/training/data";
import { registerSaeFolder } from "../../lib/training/register";
import { type Command, required } from "./command";

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const saeAdd: Command = {
  usage: "sae add FOLDER --model SLUG --slug NAME [--site SITE]",
  about: "Registers an SAE (Fovea's layout: see sae import) for a registered model, after checking site and width.",
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { model: { type: "string" }, slug: { type: "string" }, site: { type: "string" } },
    });
    const path = positionals[0];
    if (path === undefined) throw new AppError("INVALID_INPUT", "Say which folder holds the SAE.");
    const [model, slug] = [required(values.model, "model"), required(values.slug, "slug")];
    if (!SLUG.test(slug))
      throw new AppError("INVALID_INPUT", `--slug takes small letters, digits and hyphens, not "${slug}".`);
    const found = await detectSae(path);
    if (found.layout !== "sparsify") {
      throw new AppError(
        "INVALID_INPUT",
        `Bring it into Fovea's layout first: npx fovea sae import ${path} --out FOLDER`,
      );
    }
    const folder = resolve(found.folder);
    const raw = await openSparsify(folder);
    await raw.close();
    const site = values.site ?? raw.provenance.site;
    if (!site) throw new AppError("INVALID_INPUT", "The SAE does not say which site it is of: give --site.");
    const server = env().DATABASE_URL === undefined ? await startEmbedded() : undefined;
    try {
      await prepareDatabase(env().DATABASE_URL ?? server?.url ?? "");
      await checkFits(await getModelRow(model), site, raw.d);
      const sae = await registerSaeFolder(folder, { model, slug, site });
      console.log(`${model}/${slug}: ${sae.n} latents of width ${sae.d} at ${site}, from ${folder}`);
      console.log(
        `Its features come with the runs "cache" and "collect" of a data set (POST /api/v1/runs), id ${sae.id}.`,
      );
    } finally {
      await closeDb();
      await server?.stop();
    }
  },
};

/** @throws AppError CHECKPOINT_MISMATCH for a site that the model does not have, or another width there */
async function checkFits(row: Model, site: string, d: number): Promise<void> {
  const sites = row.sites as string[];
  if (!sites.includes(site)) {
    throw new AppError("CHECKPOINT_MISMATCH", `${row.slug} has no site "${site}": it has ${sites.join(", ")}.`);
  }
  const width = await widthOf(row, site);
  if (width !== d)
    throw new AppError("CHECKPOINT_MISMATCH", `SAE expects width ${d}, ${site} of ${row.slug} has ${width}.`);
}

/** The row tells the width of the decoder; a tower may have another one. */
async function widthOf(row: Model, site: string): Promise<number> {
  if (!site.startsWith("vision.")) return row.dModel;
  const model = await openModel(row.location, { slug: row.slug });
  try {
    return model.siteWidth(site);
  } finally {
    await model.dispose();
  }
}
