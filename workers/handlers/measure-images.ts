import { join } from "node:path";
import { storeName } from "@/lib/activations/manifest";
import { openStore } from "@/lib/activations/store";
import { eachSample } from "@/lib/datasets/data";
import { ImageCache } from "@/lib/datasets/image-cache";
import { PROMPT_PROTOCOL } from "@/lib/datasets/prompts";
import type { ImageTruth } from "@/lib/datasets/schema";
import type { Dataset, Model, Sae as SaeRow } from "@/lib/db/generated/client";
import { codesPrefix, readCodes } from "@/lib/exemplars/code-store";
import { type CorpusSample, listCorpus } from "@/lib/exemplars/data";
import { SamplePeaks } from "@/lib/exemplars/peaks";
import type { JobContext } from "@/lib/jobs/define";
import { imageEmbedding } from "@/lib/measure/image-embedding";
import type { MonosemanticityMeasure } from "@/lib/measure/schema";
import { monosemanticityFigures } from "@/lib/measure/spread";
import { truthEmbeddings } from "@/lib/measure/truth-embedding";
import { openModel } from "@/lib/model/open";
import { addImage, createMonosemanticitySums } from "@/lib/sae/monosemanticity";
import type { Sae } from "@/lib/sae/sae";
import { cacheManifest, storesFolder } from "@/lib/training/cache";
import { encodeAll } from "./exemplars-encode";

type Reporting = Pick<JobContext, "signal" | "progress" | "blobs">;

export interface MeasuredImages {
  row: SaeRow & { model: Model };
  sae: Sae;
  dataset: Dataset;
  trained: boolean;
  /** Vision model that compares images; without one their known truth does. */
  encoder: Model | null;
}

/** Sums of all features that may be held at once, in bytes. */
const MOST_BYTES = 1.5e9;

/**
 * Monosemanticity of every feature over images of a data set, by the features' peaks in them. Codes are those of the
 * evidence, or are made here and kept for it.
 * @returns figures, or why there are none.
 */
export async function measureImages(
  ctx: Reporting,
  given: MeasuredImages,
  most: number,
): Promise<MonosemanticityMeasure | string> {
  const { row, sae, dataset, trained } = given;
  const manifest = cacheManifest(row.model, row.site, row.d, dataset, PROMPT_PROTOCOL);
  const store = await openStore(join(storesFolder(), storeName(manifest))).catch(() => null);
  if (!store?.list.complete) return `The activations of ${dataset.slug} at this site are not cached.`;
  const samples = await listCorpus(dataset.id);
  const chosen = chooseImages(samples, most);
  const embedding = await embeddingsOf(ctx, given, samples, chosen);
  if (typeof embedding === "string") return embedding;
  const bytes = 8 * sae.n * (embedding.d + 4);
  if (bytes > MOST_BYTES) return `${sae.n} features by ${embedding.d} coordinates need ${(bytes / 1e9).toFixed(1)} GB.`;
  const prefix = codesPrefix(storeName(manifest), row);
  const { names } = await encodeAll(ctx, store, sae, samples, { storeName: storeName(manifest), prefix });
  const sums = createMonosemanticitySums(sae.n, embedding.d);
  const peaks = new SamplePeaks(sae.n);
  for await (const codes of readCodes(ctx.blobs, prefix, names)) {
    const unit = embedding.of.get(codes.sample);
    if (!unit) continue;
    ctx.signal.throwIfAborted();
    peaks.scan(codes);
    const features = peaks.touched.subarray(0, peaks.nTouched);
    addImage(
      sums,
      unit,
      features,
      Float32Array.from(features, (feature) => peaks.imagePeak[feature] as number),
    );
    ctx.progress({ stage: "images", done: sums.images, total: chosen.length, message: "Comparing images." });
  }
  const about = { dataset: dataset.slug, heldOut: !trained, embedding: embedding.name };
  return { ...about, ...monosemanticityFigures(sums) };
}

/** Dense indices of images at even distances, equal files once. */
function chooseImages(samples: readonly CorpusSample[], most: number): number[] {
  const seen = new Set<string>();
  const images = samples.flatMap(({ kind, sha }, i) => {
    if (kind !== "image" || seen.has(sha)) return [];
    seen.add(sha);
    return [i];
  });
  const step = Math.max(1, images.length / most);
  return Array.from({ length: Math.min(most, images.length) }, (_, i) => images[Math.floor(i * step)] as number);
}

interface Embeddings {
  name: string;
  d: number;
  of: Map<number, Float32Array>; // by dense index
}

async function embeddingsOf(
  ctx: Reporting,
  { encoder, dataset }: MeasuredImages,
  samples: readonly CorpusSample[],
  chosen: readonly number[],
): Promise<Embeddings | string> {
  if (chosen.length < 2) return `${dataset.slug} has ${chosen.length} images: pairs of them are compared.`;
  return encoder ? byModel(ctx, encoder, samples, chosen) : byTruth(dataset, chosen);
}

async function byTruth(dataset: Dataset, chosen: readonly number[]): Promise<Embeddings | string> {
  const wanted = new Set(chosen);
  const truths = new Map<number, ImageTruth>();
  let at = 0;
  for await (const { truth } of eachSample(dataset.id)) {
    if (wanted.has(at) && truth && "objects" in truth) truths.set(at, truth);
    at++;
  }
  if (truths.size < 2)
    return `Nothing is known of the images of ${dataset.slug}: register a vision model to compare them.`;
  const { d, of } = truthEmbeddings(truths.values());
  return { name: "truth", d, of: new Map([...truths].map(([i, truth]) => [i, of(truth)])) };
}

async function byModel(
  { blobs, signal, progress }: Reporting,
  encoder: Model,
  samples: readonly CorpusSample[],
  chosen: readonly number[],
): Promise<Embeddings | string> {
  const model = await openModel(encoder.location, { slug: encoder.slug });
  try {
    if (model.kind !== "vision") return `${encoder.slug} is no vision model any more.`;
    const images = new ImageCache(blobs, 8);
    const of = new Map<number, Float32Array>();
    for (const i of chosen) {
      signal.throwIfAborted();
      of.set(i, await imageEmbedding(model, await images.get((samples[i] as CorpusSample).sha)));
      progress({
        stage: "embed",
        done: of.size,
        total: chosen.length,
        message: `Looking at images with ${encoder.slug}.`,
      });
    }
    return { name: encoder.slug, d: of.get(chosen[0] as number)!.length, of };
  } finally {
    await model.dispose();
  }
}
