import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { openModel } from "@/lib/model/open";
import { loadSae } from "@/lib/sae/sparsify";
import { getModelRow } from "@/lib/training/data";
import { registerModel, registerSae } from "@/lib/training/mutations";

/** Opens a model folder and registers what it holds; text models have no geometries. @throws AppError MODEL_UNREADABLE. */
export async function registerModelFolder(location: string, about: { slug: string; title: string }) {
  const model = await openModel(location, { slug: about.slug });
  try {
    const { slug, kind, hash, nLayers, dModel, sites } = model;
    const geometries = kind === "text" ? [] : [model.geometryFor({ width: 1, height: 1 })];
    return await registerModel({ slug, title: about.title, kind, location, hash, nLayers, dModel, sites, geometries });
  } finally {
    await model.dispose();
  }
}

/** SHA-256 of the files of a checkpoint folder in sparsify layout. */
export async function hashCheckpoint(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["cfg.json", "sae.safetensors"]) {
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}

/** Registers a checkpoint folder in sparsify layout as an SAE of a model. */
export async function registerSaeFolder(
  folder: string,
  about: { model: string; slug: string; site: string; metrics?: unknown; curves?: unknown; config?: unknown },
) {
  const model = await getModelRow(about.model);
  const { d, n, k, activation, provenance } = await loadSae(folder);
  if (provenance.transcoder)
    throw new AppError(
      "INVALID_INPUT",
      `${folder} is a transcoder: what it gives belongs to another site than what it reads.`,
    );
  return registerSae({
    architecture: provenance.architecture ?? activation,
    slug: about.slug,
    modelId: model.id,
    site: about.site,
    d,
    n,
    k,
    hash: await hashCheckpoint(folder),
    checkpoint: folder,
    config: about.config ?? provenance.extra,
    metrics: about.metrics ?? null,
    curves: about.curves ?? null,
  });
}
