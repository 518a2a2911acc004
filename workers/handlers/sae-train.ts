import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { heldOutLive, type LiveExamples, liveRows } from "@/lib/activations/live-rows";
import { storeName } from "@/lib/activations/manifest";
import { mixedBatches, shuffledBatches } from "@/lib/activations/shuffle";
import { heldOutRows } from "@/lib/activations/split";
import { openStore } from "@/lib/activations/store";
import { env } from "@/lib/core/env";
import { createRng } from "@/lib/core/rng";
import { getDataset, listSamples } from "@/lib/datasets/data";
import { ImageCache } from "@/lib/datasets/image-cache";
import { PROMPT_PROTOCOL } from "@/lib/datasets/prompts";
import type { Dataset, Model } from "@/lib/db/generated/client";
import { done, type Handler, type JobContext } from "@/lib/jobs/define";
import { openLanguageModel } from "@/lib/model/open";
import { saeArchitectureSchema } from "@/lib/sae/config";
import type { RowSource } from "@/lib/sae/evaluate";
import { saveSae } from "@/lib/sae/sparsify";
import type { BatchSource } from "@/lib/sae/train/init";
import { trainSae } from "@/lib/sae/train/train";
import { cacheManifest, storesFolder } from "@/lib/training/cache";
import { getModelRow } from "@/lib/training/data";
import { HELD_OUT } from "@/lib/training/held-out";
import type { TrainResult, trainJob } from "@/lib/training/job";
import { registerSaeFolder } from "@/lib/training/register";
import { tapSamples } from "./tap-samples";

/** Held-out rows that are kept in memory where there is no store to read them from again. */
const LIVE_HELD_OUT_ROWS = 65_536;
/** Samples tapped together; pages come in random order. */
const PAGE = 64;

const folderOf = (runId: string) => join(env().FOVEA_HOME, "saes", runId);

type Context = Parameters<Handler<typeof trainJob>>[0];

/** Where the rows of a run come from. */
interface Rows {
  d: number;
  batches: BatchSource;
  heldOut: RowSource;
  close(): Promise<void>;
}

export const handleTrain: Handler<typeof trainJob> = async (ctx) => {
  const { site, slug, architecture: kind, n, k, steps, batchSize, seed, source } = ctx.params;
  const model = await getModelRow(ctx.params.model);
  const dataset = await getDataset(ctx.params.dataset);
  const rows = source === "cache" ? await fromCache(ctx, model, dataset) : await fromModel(ctx, model, dataset);
  const folder = folderOf(ctx.run.id);
  const checkpointDir = join(folder, "checkpoint");
  await mkdir(checkpointDir, { recursive: true });
  const config = { sae: saeArchitectureSchema.parse({ kind, n, k }), steps, batchSize, seed };
  const trained = await trainSae({
    config,
    ...rows,
    signal: ctx.signal,
    checkpointDir,
    onProgress: ({ step, point }) => {
      const metrics = point ? { loss: point.loss, fvu: point.fvu, l0: point.l0, dead: point.dead } : undefined;
      ctx.progress({ stage: "train", done: step, total: steps, metrics });
    },
  }).finally(() => rows.close());
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

const manifestOf = ({ params }: Context, model: Model, dataset: Dataset) =>
  cacheManifest(model, params.site, params.width ?? model.dModel, dataset, PROMPT_PROTOCOL);

async function fromCache(ctx: Context, model: Model, dataset: Dataset): Promise<Rows> {
  const { batchSize, seed } = ctx.params;
  const store = await openStore(join(storesFolder(), storeName(manifestOf(ctx, model, dataset))));
  return {
    d: store.manifest.d,
    batches: await shuffledBatches(store, { batchSize, seed, heldOut: HELD_OUT, signal: ctx.signal }),
    heldOut: await heldOutRows(store, HELD_OUT),
    close: async () => undefined,
  };
}

async function fromModel(ctx: Context, row: Model, dataset: Dataset): Promise<Rows> {
  const { site, batchSize, seed } = ctx.params;
  const model = await openLanguageModel(row.location, { slug: row.slug });
  const d = model.siteWidth(site);
  const images = new ImageCache(ctx.blobs, PAGE);
  const count = dataset.nImages + dataset.nTexts;
  const pages = Array.from({ length: Math.ceil(count / PAGE) }, (_, page) => page * PAGE);
  const examples: LiveExamples = async function* (epoch) {
    for (const from of createRng(seed, "live", epoch).shuffle([...pages])) {
      ctx.signal.throwIfAborted();
      yield* await tapSamples(model, site, await listSamples(dataset.id, from, PAGE), images, ctx.signal);
    }
  };
  const options = { rule: manifestOf(ctx, row, dataset).rows_flagged, heldOut: HELD_OUT };
  return {
    d,
    batches: mixedBatches(liveRows(examples, options), { d, batchSize, seed, signal: ctx.signal }),
    heldOut: await heldOutLive(examples, options, LIVE_HELD_OUT_ROWS),
    close: () => model.dispose(),
  };
}

/** A cancelled run leaves no half-trained SAE. */
export async function discardTrain(run: JobContext["run"]): Promise<void> {
  await rm(folderOf(run.id), { recursive: true, force: true });
}
