import { join, resolve } from "node:path";
import { storeName } from "@/lib/activations/manifest";
import { type ActivationStore, openStore } from "@/lib/activations/store";
import { AppError } from "@/lib/core/errors";
import { hashOf } from "@/lib/core/hash";
import { getDataset } from "@/lib/datasets/data";
import { PROMPT_PROTOCOL } from "@/lib/datasets/prompts";
import { codesPrefix, readCodes } from "@/lib/exemplars/code-store";
import { type Corpus, corpusOf, type SampleCodes } from "@/lib/exemplars/codes";
import { type Collection, type CollectOptions, collectFeatures, liveFeatures } from "@/lib/exemplars/collect";
import { listCorpus } from "@/lib/exemplars/data";
import { type Neighbour, neighboursOf } from "@/lib/exemplars/derive";
import type { CollectResult, collectJob } from "@/lib/exemplars/job";
import { replaceEvidence } from "@/lib/exemplars/mutations";
import type { EvidenceN } from "@/lib/exemplars/schema";
import { done, type Handler, type JobContext, skipped } from "@/lib/jobs/define";
import { openLanguageModel } from "@/lib/model/open";
import type { Geometry } from "@/lib/model/types";
import type { Sae } from "@/lib/sae/sae";
import { loadSae } from "@/lib/sae/sparsify";
import { cacheManifest, storesFolder } from "@/lib/training/cache";
import { getSaeRow } from "@/lib/training/data";
import { describeAll, makeStrips, type Strip } from "./exemplars-describe";
import { encodeAll } from "./exemplars-encode";
import { loadKnownFacts } from "./exemplars-facts";

/** Changes with every rule that decides what is collected: evidence of another version is collected anew. */
const COLLECTOR = "collect-4";

type Context = JobContext<{ saeId: string; dataset: string }>;

export const handleCollect: Handler<typeof collectJob> = async (ctx) => {
  const row = await getSaeRow(ctx.params.saeId);
  const dataset = await getDataset(ctx.params.dataset);
  const manifest = cacheManifest(row.model, row.site, row.d, dataset, PROMPT_PROTOCOL);
  const evidence = hashOf([COLLECTOR, row.hash, storeName(manifest), ctx.run.seed]).slice(0, 8);
  if (row.evidence === evidence) return skipped("The exemplars of this SAE on this data set are collected already.");
  const store = await openCompleteStore(join(storesFolder(), storeName(manifest)), dataset.slug);
  const sae = await loadSae(resolve(row.checkpoint));
  const samples = await listCorpus(dataset.id);
  const grid = (row.model.geometries as unknown as Geometry[])[0] ?? { rows: 1, cols: 1 };
  const corpus = corpusOf(
    samples.map((s) => s.sha),
    grid.rows * grid.cols,
    samples.map((s) => s.phash),
  );
  const prefix = codesPrefix(storeName(manifest), row);
  const about = { storeName: storeName(manifest), prefix };
  const { names, embedding } = await encodeAll(ctx, store, sae, samples, about);
  const source = () => readCodes(ctx.blobs, prefix, names);
  const facts = await loadKnownFacts(ctx, dataset.id, corpus, grid);
  const collection = await passes(ctx, source, sae, corpus, {
    grid,
    embedding,
    facts: (sample) => facts.facets.get(sample),
  });
  const model = await openLanguageModel(row.model.location, { slug: row.model.slug });
  try {
    ctx.progress({ stage: "describe", done: 0, total: sae.n });
    const describe = {
      row,
      sae,
      samples,
      corpus,
      collection,
      model,
      grid,
      facts: facts.corpus,
      tagCounts: dataset.tags as Record<string, number>,
    };
    const counted = { exemplars: 0, strips: [] as Strip[] };
    const live = liveFeatures(collection.stats).length;
    const evidenceN = evidenceOf(collection, storeName(manifest), row.site);
    await replaceEvidence(
      row.id,
      { datasetId: dataset.id, evidence, evidenceN, nLive: live },
      describeAll(ctx, describe, source, counted),
    );
    await makeStrips(ctx, counted.strips);
    const dead = sae.n - liveFeatures(collection.stats, 1).length;
    const result: CollectResult = {
      saeId: row.id,
      evidence,
      live,
      tooRare: sae.n - dead - live,
      dead,
      exemplars: counted.exemplars,
    };
    return done(result);
  } finally {
    await model.dispose();
  }
};

async function openCompleteStore(folder: string, dataset: string): Promise<ActivationStore> {
  const store = await openStore(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (store?.list.complete) return store;
  throw new AppError(
    "MODEL_NOT_READY",
    `The activations of ${dataset} at this site are not cached: run the cache job first.`,
  );
}

async function passes(
  ctx: Context,
  source: () => AsyncIterable<SampleCodes>,
  sae: Sae,
  corpus: Corpus,
  known: Pick<CollectOptions, "grid" | "embedding" | "facts">,
) {
  let seen = 0;
  let neighbours: Map<number, Neighbour[]> = new Map();
  const decoder = { data: sae.D, rows: sae.n, cols: sae.d };
  const collection = await collectFeatures(source, sae.n, corpus, {
    ...known,
    seed: ctx.run.seed,
    neighbours: async (live) => {
      neighbours = await neighboursOf(decoder, live);
      return neighbours;
    },
    onSample: () => {
      ctx.signal.throwIfAborted();
      ctx.progress({ stage: "rank", done: ++seen, total: 2 * corpus.nSamples });
    },
  });
  return { ...collection, neighbours };
}

function evidenceOf({ stats }: Collection, cache: string, site: string): EvidenceN {
  const { image, text, duplicates } = stats.samples;
  const { image: imageTokens, text: textTokens } = stats.rows;
  return { images: image, texts: text, samples: image + text, imageTokens, textTokens, duplicates, cache, site };
}
