import { sha256 } from "@/lib/core/hash";
import { samplesById } from "@/lib/datasets/data";
import { promptFor } from "@/lib/datasets/prompts";
import type { Corpus, SampleCodes } from "@/lib/exemplars/codes";
import { type Collection, collectExemplars, type Grounds, liveFeatures, topImages } from "@/lib/exemplars/collect";
import type { CorpusFacts } from "@/lib/exemplars/corpus-facts";
import type { CorpusSample } from "@/lib/exemplars/data";
import { logitEffectsOf, type Neighbour } from "@/lib/exemplars/derive";
import type { ExtractedExemplar } from "@/lib/exemplars/extract";
import { type FeatureRow, featureRow } from "@/lib/exemplars/feature-row";
import type { FiresWithSlice } from "@/lib/exemplars/fires-with";
import { liftedWords } from "@/lib/exemplars/lifted-words";
import type { EvidenceSlice } from "@/lib/exemplars/mutations";
import { tagsOfFeature } from "@/lib/exemplars/sample-facts";
import { MIN_FIRING } from "@/lib/exemplars/schema";
import { type SharedImages, sharedImages } from "@/lib/exemplars/shared-images";
import { shortcutOf } from "@/lib/exemplars/shortcut";
import type { JobContext } from "@/lib/jobs/define";
import { composeStrip, decodeTile, type Tile } from "@/lib/media/strip";
import type { VisionLanguageModel } from "@/lib/model/types";
import type { Sae } from "@/lib/sae/sae";
import { loadFacts } from "./sample-facts";

const STRIP_THUMBS = 4;
/** Thumbnails kept decoded, 37 kB each. */
const TILES = 3000;
const TAG_BANDS = new Set(["top", "mean", "b5", "b4"]);

export interface Strip {
  hash: string;
  shas: string[];
  density: number;
}

/** What these stages need of the job's context. */
type Reporting = Pick<JobContext, "signal" | "progress" | "blobs"> & { run: { seed: number } };

export interface Describe {
  row: { id: string };
  sae: Sae;
  samples: readonly CorpusSample[];
  corpus: Corpus;
  collection: Collection & { neighbours: ReadonlyMap<number, Neighbour[]> };
  model: VisionLanguageModel;
  grid: { rows: number; cols: number };
  tagCounts: Record<string, number>;
  facts: CorpusFacts;
}

/** Rows of all features and exemplars, slice by slice. */
export async function* describeAll(
  ctx: Reporting,
  d: Describe,
  source: () => AsyncIterable<SampleCodes>,
  counted: { exemplars: number; strips: Strip[] },
): AsyncGenerator<EvidenceSlice> {
  const { sae, samples, collection, model } = d;
  const decoder = { data: sae.D, rows: sae.n, cols: sae.d };
  // Only the decoder's residual stream is on the way to the logits.
  const atDecoder = sae.d === model.dModel;
  const fired = liveFeatures(collection.stats, 1);
  const logits = atDecoder
    ? await logitEffectsOf(decoder, fired, await model.unembedding(), (id) => model.tokenText(id))
    : null;
  const share = (tag: string) => (d.tagCounts[tag] ?? d.tagCounts.map ?? 0) / Math.max(1, samples.length);
  const shared = sharedImages(topImages(collection.stats, liveFeatures(collection.stats)));
  const written = new Uint8Array(sae.n);
  const make = (
    f: number,
    exemplars: readonly ExtractedExemplar[],
    facts: Awaited<ReturnType<typeof loadFacts>>,
    firesWith: Grounds<FiresWithSlice> | null,
  ): FeatureRow => {
    written[f] = 1;
    const strip = stripOf(exemplars, samples, collection.stats.sum[f] as number);
    if (strip) counted.strips.push(strip);
    const strong = exemplars
      .filter((e) => TAG_BANDS.has(e.band))
      .flatMap((e) => {
        const known = facts.get((samples[e.sample] as CorpusSample).id);
        return known ? [{ kind: e.kind, grid: e.grid, facts: known }] : [];
      });
    return featureRow(d.row.id, f, collection, d.grid, {
      ...relatedTo(f, d, shared, firesWith),
      tags: tagsOfFeature(strong, share),
      logits: logits?.get(f) ?? null,
      neighbours: collection.neighbours.get(f) ?? [],
      strip: strip?.hash ?? null,
    });
  };
  const slices = collectExemplars(source, collection, d.corpus, ctx.run.seed);
  for await (const { exemplars: slice, firesWith } of slices) {
    ctx.signal.throwIfAborted();
    const used = [...new Set(slice.map((e) => (samples[e.sample] as CorpusSample).id))];
    const facts = await loadFacts(used, d.grid, ctx.blobs);
    const tokens = await tokensOf(slice, samples, model);
    const byFeature = groupByFeature(slice);
    const features = [...byFeature].map(([f, own]) => make(f, own, facts, firesWith));
    counted.exemplars += slice.length;
    ctx.progress({ stage: "describe", done: features.length, total: sae.n });
    yield { features, exemplars: exemplarRows(d.row.id, slice, samples, tokens) };
  }
  const rest = Array.from({ length: sae.n }, (_, f) => f).filter((f) => !written[f]);
  yield { features: rest.map((f) => make(f, [], new Map(), null)), exemplars: [] };
}

/** What the samples where a feature fires have in common, and the features that share them. */
function relatedTo(
  f: number,
  d: Describe,
  shared: ReadonlyMap<number, SharedImages[]>,
  firesWith: Grounds<FiresWithSlice> | null,
) {
  const { stats, facets } = d.collection;
  const nothing = { images: [], words: null, shortcut: null, twin: null, partners: null };
  if (!firesWith || (stats.nFiring[f] as number) < MIN_FIRING) return nothing;
  const drawn = collectedOn(f, d.collection);
  const folded = { near: stats.nFolded[f] as number, kept: stats.nFiring[f] as number };
  const idOf = (sample: number) => (d.samples[sample] as CorpusSample).id;
  return {
    images: shared.get(f) ?? [],
    partners: { image: firesWith.image.of(f), text: firesWith.text.of(f) },
    words: liftedWords(drawn, d.facts),
    shortcut: shortcutOf(drawn, d.facts, folded),
    twin: facets.countsOf(f).map((c) => ({
      ...c,
      peak: Number(c.peak.toPrecision(5)),
      samples: c.samples.map(idOf),
    })),
  };
}

/** The samples that stand for those where a feature fires: images if it fires on enough of them, else texts. */
function collectedOn(f: number, { drawn }: Collection): number[] {
  const images = drawn.of(f, "image");
  const texts = drawn.of(f, "text");
  return images.length >= MIN_FIRING || images.length >= texts.length ? images : texts;
}

function groupByFeature(slice: readonly ExtractedExemplar[]): Map<number, ExtractedExemplar[]> {
  const out = new Map<number, ExtractedExemplar[]>();
  for (const e of slice) {
    const known = out.get(e.feature);
    if (known) known.push(e);
    else out.set(e.feature, [e]);
  }
  return out;
}

function stripOf(
  exemplars: readonly ExtractedExemplar[],
  samples: readonly CorpusSample[],
  density: number,
): Strip | null {
  const top = exemplars.filter((e) => e.band === "top" && e.kind === "image").sort((a, b) => a.rank - b.rank);
  const shas = top.slice(0, STRIP_THUMBS).map((e) => (samples[e.sample] as CorpusSample).sha);
  return shas.length === 0 ? null : { hash: sha256(shas.join()).slice(0, 24), shas, density };
}

/** Texts of the tokens that are not image cells, by dense sample index, for the samples of text exemplars. */
async function tokensOf(
  slice: readonly ExtractedExemplar[],
  samples: readonly CorpusSample[],
  model: VisionLanguageModel,
) {
  const wanted = [...new Set(slice.filter((e) => e.kind === "text").map((e) => e.sample))];
  const out = new Map<number, string[]>();
  for (let from = 0; from < wanted.length; from += 500) {
    const page = wanted.slice(from, from + 500);
    const rows = await samplesById(page.map((i) => (samples[i] as CorpusSample).id));
    for (const i of page) {
      const row = rows.get((samples[i] as CorpusSample).id);
      if (!row) continue;
      const { messages, raw, hasImage } = promptFor(row);
      // Any picture will do: only the number of its tokens matters here.
      const image = hasImage ? { width: 8, height: 8, data: new Uint8Array(192) } : undefined;
      const tokens = model.promptTokens({ messages, raw, image });
      out.set(
        i,
        tokens.filter((t) => t.kind !== "image").map((t) => t.text),
      );
    }
  }
  return out;
}

function* exemplarRows(
  saeId: string,
  slice: readonly ExtractedExemplar[],
  samples: readonly CorpusSample[],
  tokens: Map<number, string[]>,
) {
  for (const e of slice) {
    const { feature, band, rank, pool, peak, peakAt, mean, area, grid, scale, offset } = e;
    yield {
      saeId,
      index: feature,
      band,
      rank,
      sampleId: (samples[e.sample] as CorpusSample).id,
      pool,
      peak,
      peakAt,
      mean,
      area,
      grid,
      scale,
      tokens: e.kind === "text" ? (tokens.get(e.sample) ?? []).slice(offset, offset + grid.length) : [],
      offset,
      why: e.why,
      nearDuplicates: e.nearDuplicates,
      resembles: e.resembles,
    };
  }
}

/** Decoded thumbnails: the same pictures are in many strips. */
class TileCache {
  private readonly held = new Map<string, Promise<Tile | null>>();

  constructor(private readonly blobs: JobContext["blobs"]) {}

  get(sha: string): Promise<Tile | null> {
    const known = this.held.get(sha) ?? this.load(sha);
    this.held.set(sha, known);
    if (this.held.size > TILES) this.held.delete(this.held.keys().next().value as string);
    return known;
  }

  private async load(sha: string): Promise<Tile | null> {
    const thumb = await this.blobs.get(`thumbs/${sha}-96.webp`);
    return thumb && decodeTile(thumb);
  }
}

/** Contact strips, strongest features first: the rows name them already, so pages fill in as they come. */
export async function makeStrips(ctx: Reporting, strips: Strip[]): Promise<void> {
  strips.sort((a, b) => b.density - a.density);
  const PARALLEL = 8;
  const tiles = new TileCache(ctx.blobs);
  for (let from = 0; from < strips.length; from += PARALLEL) {
    ctx.signal.throwIfAborted();
    await Promise.all(
      strips.slice(from, from + PARALLEL).map(async ({ hash, shas }) => {
        if (await ctx.blobs.has(`strips/${hash}.webp`)) return;
        const shown = await Promise.all(shas.map((sha) => tiles.get(sha)));
        await ctx.blobs.put(`strips/${hash}.webp`, await composeStrip(shown.filter((tile) => tile !== null)));
      }),
    );
    ctx.progress({ stage: "strips", done: Math.min(strips.length, from + PARALLEL), total: strips.length });
  }
}
