import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createRng, type Rng } from "@/lib/core/rng";
import { done, type Handler, type JobContext, skipped } from "@/lib/jobs/define";
import { findPeaks } from "@/lib/map/clusters";
import { findMappable, listMapped, type MappedFeature } from "@/lib/map/data";
import type { MapRunResult, mapJob } from "@/lib/map/job";
import { nameClusters } from "@/lib/map/labels";
import { intoUnitSquare, layOut } from "@/lib/map/layout";
import { replaceMap } from "@/lib/map/mutations";
import { placeOthers } from "@/lib/map/place-others";
import { principalPlaces } from "@/lib/map/principal";
import type { MapParams, SaeMap } from "@/lib/map/schema";
import { type DecoderFile, openDecoder } from "@/lib/sae/decoder-row";
import type { Matrix } from "@/lib/tensor/matrix";
import { nearestAmong, nearestLandmarks } from "./map-nearest";

const METHOD =
  "UMAP of decoder directions by cosine; features beyond the landmarks at the weighted geometric median of their nearest ones; " +
  "clusters: ToMATo on the density; names: class-based TF-IDF";

/** Features on one map: as many as the browser's column index holds. */
const MOST_MAPPED = 1_000_000;
/** Features that are placed at once: 64 MB of rows at width 4,096. */
const PLACED_AT_ONCE = 4096;

type Context = JobContext<MapParams>;

/**
 * Lays out as many features as UMAP does in reasonable time and memory (`landmarks`, drawn evenly: its graph is made by
 * umap-js, which takes minutes from 30,000 points on), and places all others by their nearest landmarks. Beside the landmarks'
 * rows never more than a chunk of the decoder is in memory. Nothing is stored before the end and every step is repeatable, so an
 * interrupted run starts again.
 */
export const handleMap: Handler<typeof mapJob> = async (ctx) => {
  const { params, run, signal, progress } = ctx;
  const row = await findMappable(params.saeId);
  const { features, live } = await listMapped(row.id, MOST_MAPPED);
  const rng = createRng(run.seed, "map");
  const landmarks = landmarksOf(features.length, params.landmarks, rng);
  // A handful of points has no layout worth the name.
  const k = Math.min(params.neighbours, landmarks.length - 2);
  if (k < 2) return skipped(`${row.slug} has ${features.length} live features: a map needs at least 4.`);
  const decoder = await openDecoder(resolve(row.checkpoint));
  try {
    const latents = Int32Array.from(features, (f) => f.index);
    const rows = await decoder.rows(landmarks.map((i) => latents[i] as number));
    const laidOut = await layOutLandmarks(ctx, rows, k, rng);
    const places = await placeAll(ctx, { decoder, latents, landmarks, rows, laidOut, k, rng });
    signal.throwIfAborted();
    progress({ stage: "clusters", done: 0 });
    const about = { live, seed: run.seed, neighbours: k, landmarks: landmarks.length };
    const { map, clusterOf } = clustered(features, places, about);
    const placed = features.map((f, i) => ({
      index: f.index,
      x: places[2 * i] as number,
      y: places[2 * i + 1] as number,
      cluster: clusterOf[i] as number | null,
    }));
    await replaceMap(row.id, map, placed);
    const result: MapRunResult = { saeId: row.id, n: features.length, clusters: map.clusters.length };
    return done(result);
  } finally {
    await decoder.close();
  }
};

/** Numbers of the features that are laid out, ascending: all of them, or some drawn evenly. */
function landmarksOf(n: number, most: number, rng: Rng): Int32Array {
  if (n <= most) return Int32Array.from({ length: n }, (_, i) => i);
  return Int32Array.from(rng.fork("landmarks").sample(n, most)).sort();
}

/** UMAP of the landmarks, in the unit square, [landmarks, 2]. */
async function layOutLandmarks(
  { progress, signal }: Context,
  rows: Matrix,
  k: number,
  rng: Rng,
): Promise<Float32Array> {
  progress({ stage: "neighbours", done: 0, total: rows.rows });
  const nearest = await nearestAmong(rows, k);
  signal.throwIfAborted();
  const layout = layOut(nearest, principalPlaces(rows, rng.fork("start")), rng.fork("layout"));
  for (let epoch = 1; epoch <= layout.epochs; epoch++) {
    layout.step();
    progress({ stage: "layout", done: epoch, total: layout.epochs });
    // Lets the signal and the progress through between two epochs.
    await setImmediate();
    signal.throwIfAborted();
  }
  return intoUnitSquare(layout.places());
}

interface Placing {
  decoder: DecoderFile;
  /** Latent of each feature, ascending. */
  latents: Int32Array;
  /** Numbers of the features that are laid out, their decoder rows and places. */
  landmarks: Int32Array;
  rows: Matrix;
  laidOut: Float32Array;
  k: number;
  rng: Rng;
}

/** Places of all features in the unit square, [n, 2]. */
async function placeAll({ progress, signal }: Context, p: Placing): Promise<Float32Array> {
  const { decoder, latents, landmarks, rows, laidOut, k, rng } = p;
  const places = new Float32Array(2 * latents.length);
  const isLandmark = new Uint8Array(latents.length);
  landmarks.forEach((i, at) => {
    isLandmark[i] = 1;
    places.set(laidOut.subarray(2 * at, 2 * at + 2), 2 * i);
  });
  const others = Int32Array.from(latents.keys()).filter((i) => !isLandmark[i]);
  const scatter = rng.fork("others");
  for (let from = 0; from < others.length; from += PLACED_AT_ONCE) {
    progress({ stage: "place", done: from, total: others.length });
    const chunk = others.subarray(from, from + PLACED_AT_ONCE);
    const near = await nearestLandmarks(await decoder.rows(chunk.map((i) => latents[i] as number)), rows, k);
    const found = placeOthers(near, laidOut, scatter);
    chunk.forEach((i, at) => {
      places.set(found.subarray(2 * at, 2 * at + 2), 2 * i);
    });
    await setImmediate();
    signal.throwIfAborted();
  }
  return others.length > 0 ? intoUnitSquare(places) : places;
}

function clustered(
  features: readonly MappedFeature[],
  places: Float32Array,
  about: Pick<SaeMap, "live" | "seed" | "neighbours" | "landmarks">,
): { map: SaeMap; clusterOf: (number | null)[] } {
  const peaks = findPeaks(places);
  const names = nameClusters(peaks.map(({ members }) => members.map((i) => features[i] as MappedFeature)));
  const clusterOf: (number | null)[] = features.map(() => null);
  const clusters = peaks.map(({ x, y, members }, id) => {
    for (const i of members) clusterOf[i] = id;
    return { id, label: names[id] || `cluster ${id + 1}`, x, y, n: members.length };
  });
  return { map: { method: METHOD, ...about, n: features.length, clusters }, clusterOf };
}
