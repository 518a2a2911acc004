import type { z } from "zod";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import type { Model, Run, Sae } from "@/lib/db/generated/client";
import { json } from "@/lib/db/json";
import { type StartOptions, startRun } from "@/lib/jobs/start";
import { cacheJob, trainJob } from "@/lib/training/job";

export function startCache(params: z.input<typeof cacheJob.schema>, options?: StartOptions): Promise<Run> {
  return startRun(cacheJob, params, options);
}

export function startTrain(params: z.input<typeof trainJob.schema>, options?: StartOptions): Promise<Run> {
  return startRun(trainJob, params, options);
}

/** Registers a model folder, or brings its row up to date when its files changed. */
export async function registerModel(model: {
  slug: string;
  title: string;
  kind: string;
  location: string;
  hash: string;
  nLayers: number;
  dModel: number;
  sites: string[];
  geometries: unknown[];
}): Promise<Model> {
  const data = { ...model, sites: json(model.sites), geometries: json(model.geometries) };
  return db().model.upsert({
    where: { slug: model.slug },
    create: { id: newId("model"), ...data },
    update: data,
  });
}

/** Columns of an SAE that its checkpoint decides. */
export interface SaeCheckpoint {
  slug: string;
  modelId: string;
  site: string;
  architecture: string;
  d: number;
  n: number;
  k: number;
  hash: string;
  checkpoint: string;
  config: unknown;
  metrics: unknown;
  curves: unknown;
}

/** Writes an SAE's row; an SAE of the same name whose checkpoint differs is replaced, its features with it. */
export async function registerSae(sae: SaeCheckpoint): Promise<Sae> {
  const name = { modelId_slug: { modelId: sae.modelId, slug: sae.slug } };
  return db().$transaction(async (tx) => {
    const known = await tx.sae.findUnique({ where: name });
    const { config, metrics, curves, ...plain } = sae;
    const data = { ...plain, config: json(config), metrics: json(metrics), curves: json(curves) };
    if (known?.hash === sae.hash) {
      // What was measured since stays: the weights are the same.
      const kept = json({ ...(known.metrics as object | null), ...(metrics as object | null) });
      return tx.sae.update({ where: { id: known.id }, data: { ...data, metrics: kept } });
    }
    if (known) await tx.sae.delete({ where: { id: known.id } });
    return tx.sae.create({ data: { id: newId("sae"), ...data, status: "ready" } });
  });
}
