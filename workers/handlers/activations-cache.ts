import { rm } from "node:fs/promises";
import { join } from "node:path";
import { storeName } from "@/lib/activations/manifest";
import { openStore } from "@/lib/activations/store";
import { openStoreWriter } from "@/lib/activations/writer";
import { getDataset, listSamples } from "@/lib/datasets/data";
import { ImageCache } from "@/lib/datasets/image-cache";
import { PROMPT_PROTOCOL } from "@/lib/datasets/prompts";
import { done, type Handler, type JobContext } from "@/lib/jobs/define";
import { openLanguageModel } from "@/lib/model/open";
import { cacheManifest, storesFolder } from "@/lib/training/cache";
import { getModelRow } from "@/lib/training/data";
import type { CacheResult, cacheJob } from "@/lib/training/job";
import { tapSamples } from "./tap-samples";

/** Samples tapped together: enough that many have equal length, few enough to hold. */
const PAGE = 128;
const SHARD_BYTES = 32 * 1024 * 1024;

export const handleCache: Handler<typeof cacheJob> = async (ctx) => {
  const { site } = ctx.params;
  const row = await getModelRow(ctx.params.model);
  const dataset = await getDataset(ctx.params.dataset);
  const model = await openLanguageModel(row.location, { slug: row.slug });
  try {
    const manifest = cacheManifest(row, site, model.siteWidth(site), dataset, PROMPT_PROTOCOL);
    const writer = await openStoreWriter(storesFolder(), manifest, { shardBytes: SHARD_BYTES });
    const images = new ImageCache(ctx.blobs, PAGE);
    const total = dataset.nImages + dataset.nTexts;
    try {
      while (!writer.complete) {
        ctx.signal.throwIfAborted();
        const samples = await listSamples(dataset.id, writer.nextExample, PAGE);
        if (samples.length === 0) break;
        for (const example of await tapSamples(model, site, samples, images, ctx.signal)) await writer.add(example);
        ctx.progress({ stage: "cache", done: writer.nextExample, total });
      }
    } catch (error) {
      // What is tapped is kept: the next attempt goes on after it.
      await writer.close({ complete: false });
      throw error;
    }
    await writer.close();
    const store = await openStore(writer.folder);
    const examples = store.list.shards.reduce((sum, shard) => sum + shard.examples, 0);
    const [text = 0, base = 0, , special = 0, generated = 0] = store.counts.kinds;
    const textRows = text + special + generated;
    const result: CacheResult = { store: storeName(manifest), examples, rows: store.rows, imageRows: base, textRows };
    return done(result);
  } finally {
    await model.dispose();
  }
};

/** A cancelled run leaves no half store. */
export async function discardCache(run: JobContext["run"]): Promise<void> {
  const { model, dataset, site } = run.params as { model: string; dataset: string; site: string };
  const row = await getModelRow(model);
  const width = site.startsWith("vision.") ? null : row.dModel;
  if (width === null) return;
  const folder = join(
    storesFolder(),
    storeName(cacheManifest(row, site, width, await getDataset(dataset), PROMPT_PROTOCOL)),
  );
  const store = await openStore(folder).catch(() => null);
  if (!store?.list.complete) await rm(folder, { recursive: true, force: true });
}
