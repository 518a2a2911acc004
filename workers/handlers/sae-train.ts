import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { storeName } from "@/lib/activations/manifest";
import { shuffledBatches } from "@/lib/activations/shuffle";
import { heldOutRows } from "@/lib/activations/split";
import { openStore } from "@/lib/activations/store";
import { env } from "@/lib/core/env";
import { getDataset } from "@/lib/datasets/data";
import { PROMPT_PROTOCOL } from "@/lib/datasets/prompts";
import { done, type Handler, type JobContext } from "@/lib/jobs/define";
import { saveSae } from "@/lib/sae/sparsify";
import { trainSae } from "@/lib/sae/train/train";
import { cacheManifest, storesFolder } from "@/lib/training/cache";
import { getModelRow } from "@/lib/training/data";
import { HELD_OUT } from "@/lib/training/held-out";
import type { TrainResult, trainJob } from "@/lib/training/job";
import { registerSaeFolder } from "@/lib/training/register";

const folderOf = (runId: string) => join(env().FOVEA_HOME, "saes", runId);

export const handleTrain: Handler<typeof trainJob> = async (ctx) => {
  const { site, slug, n, k, steps, batchSize, seed } = ctx.params;
  const model = await getModelRow(ctx.params.model);
  const dataset = await getDataset(ctx.params.dataset);
  const width = ctx.params.width ?? model.dModel;
  const store = await openStore(
    join(storesFolder(), storeName(cacheManifest(model, site, width, dataset, PROMPT_PROTOCOL))),
  );
  const folder = folderOf(ctx.run.id);
  const checkpointDir = join(folder, "checkpoint");
  await mkdir(checkpointDir, { recursive: true });
  const config = { sae: { kind: "topk" as const, n, k }, steps, batchSize, seed };
  const trained = await trainSae({
    config,
    d: store.manifest.d,
    batches: await shuffledBatches(store, { batchSize, seed, heldOut: HELD_OUT, signal: ctx.signal }),
    heldOut: await heldOutRows(store, HELD_OUT),
    signal: ctx.signal,
    checkpointDir,
    onProgress: ({ step, point }) => {
      const metrics = point ? { loss: point.loss, fvu: point.fvu, l0: point.l0, dead: point.dead } : undefined;
      ctx.progress({ stage: "train", done: step, total: steps, metrics });
    },
  });
  trained.sae.provenance.model = model.slug;
  trained.sae.provenance.site = site;
  await saveSae(folder, trained.sae);
  await rm(checkpointDir, { recursive: true, force: true });
  const metrics = { heldOut: trained.metrics, calibration: trained.calibration };
  const sae = await registerSaeFolder(folder, {
    model: model.slug,
    slug,
    site,
    metrics,
    curves: trained.curve,
    config,
  });
  const all = trained.metrics?.all;
  const result: TrainResult = {
    saeId: sae.id,
    slug,
    fvu: all?.fvu ?? null,
    l0: all?.l0?.mean ?? null,
    dead: all?.dead.share ?? null,
  };
  return done(result);
};

/** A cancelled run leaves no half-trained SAE. */
export async function discardTrain(run: JobContext["run"]): Promise<void> {
  await rm(folderOf(run.id), { recursive: true, force: true });
}
