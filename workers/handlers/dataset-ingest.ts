import { join } from "node:path";
import { env } from "@/lib/core/env";
import { hashOf } from "@/lib/core/hash";
import type { ingestJob } from "@/lib/datasets/job";
import { closeDataset, dropUnfinishedDataset, openDataset, writeSamples } from "@/lib/datasets/mutations";
import { openSource } from "@/lib/datasets/open-source";
import type { IngestParams, IngestResult, NewSample } from "@/lib/datasets/schema";
import { storeSample } from "@/lib/datasets/store-sample";
import { done, type Handler, type JobContext, skipped } from "@/lib/jobs/define";

/** Items written per transaction: also the work that a crash repeats. */
const CHUNK = 128;

type Cursor = Pick<IngestResult, "corrupt" | "corruptItems"> & { next: number };

export const handleIngest: Handler<typeof ingestJob> = async (ctx) => {
  const { params, signal } = ctx;
  const source = await openSource(params.source, join(env().FOVEA_HOME, "cache"));
  const dataset = await openDataset(params.dataset, {
    title: params.title ?? source.title,
    licence: source.licence,
    source: source.origin,
    hash: hashOf(params.source),
    config: params.source,
  });
  if (dataset.nImages + dataset.nTexts > 0) return skipped(`The data set ${dataset.slug} already holds exactly this.`);
  const state: Cursor = (ctx.cursor as Cursor | null) ?? { next: 0, corrupt: 0, corruptItems: [] };
  while (state.next < source.total) {
    signal.throwIfAborted();
    const to = Math.min(source.total, state.next + CHUNK);
    const items = Array.from({ length: to - state.next }, async (_, i): Promise<NewSample | null> => {
      const ordinal = state.next + i;
      const item = await source.item(ordinal);
      if (item.kind !== "corrupt") return storeSample(item, ordinal, ctx.blobs);
      state.corrupt++;
      if (state.corruptItems.length < 10) state.corruptItems.push({ name: item.name, reason: item.reason });
      return null;
    });
    const samples = (await Promise.all(items)).filter((sample) => sample !== null);
    await writeSamples(dataset.id, state.next, to, samples);
    state.next = to;
    await ctx.saveCursor(state);
    ctx.progress({ stage: "ingest", done: to, total: source.total, metrics: { corrupt: state.corrupt } });
  }
  const { nImages, nTexts } = await closeDataset(dataset.id);
  const { corrupt, corruptItems } = state;
  const result: IngestResult = { datasetId: dataset.id, images: nImages, texts: nTexts, corrupt, corruptItems };
  return done(result);
};

/** A cancelled ingest leaves no half data set. Blobs stay: they are named by content and may belong to another one. */
export async function discardIngest(run: JobContext["run"]): Promise<void> {
  await dropUnfinishedDataset((run.params as unknown as IngestParams).dataset);
}
