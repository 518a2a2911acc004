import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createRng } from "@/lib/core/rng";
import { strongestProducts } from "@/lib/exemplars/strongest-products";
import { done, type Handler, skipped } from "@/lib/jobs/define";
import { findPeaks } from "@/lib/map/clusters";
import { findMappable, listMapped, type MappedFeature } from "@/lib/map/data";
import type { MapRunResult, mapJob } from "@/lib/map/job";
import { nameClusters } from "@/lib/map/labels";
import { intoUnitSquare, layOut, type Nearest } from "@/lib/map/layout";
import { replaceMap } from "@/lib/map/mutations";
import { principalPlaces } from "@/lib/map/principal";
import type { SaeMap } from "@/lib/map/schema";
import { loadSae } from "@/lib/sae/sparsify";
import { gatherRows, type Matrix } from "@/lib/tensor/matrix";

const METHOD = "UMAP of decoder directions by cosine; clusters: ToMATo on the density; names: class-based TF-IDF";

/** What the layout holds in reasonable time: its graph is made by umap-js, which takes minutes from 30,000 points on. */
const MOST_MAPPED = 16_384;

/** Nothing is stored before the end and every step is repeatable, so an interrupted run starts again. */
export const handleMap: Handler<typeof mapJob> = async ({ params, run, signal, progress }) => {
  const row = await findMappable(params.saeId);
  const { features, live } = await listMapped(row.id, MOST_MAPPED);
  // A handful of points has no layout worth the name.
  const k = Math.min(params.neighbours, features.length - 2);
  if (k < 2) return skipped(`${row.slug} has ${features.length} live features: a map needs at least 4.`);
  progress({ stage: "neighbours", done: 0, total: features.length });
  const { D, n, d } = await loadSae(resolve(row.checkpoint));
  const rows = gatherRows(
    { data: D, rows: n, cols: d },
    Int32Array.from(features, (f) => f.index),
  );
  const nearest = await nearestOf(rows, k);
  signal.throwIfAborted();
  const rng = createRng(run.seed, "map");
  const layout = layOut(nearest, principalPlaces(rows, rng.fork("start")), rng.fork("layout"));
  for (let epoch = 1; epoch <= layout.epochs; epoch++) {
    layout.step();
    progress({ stage: "layout", done: epoch, total: layout.epochs });
    // Lets the signal and the progress through between two epochs.
    await setImmediate();
    signal.throwIfAborted();
  }
  const places = intoUnitSquare(layout.places());
  progress({ stage: "clusters", done: 0 });
  const { map, clusterOf } = clustered(features, places, { live, seed: run.seed, neighbours: k });
  const placed = features.map((f, i) => ({
    index: f.index,
    x: places[2 * i] as number,
    y: places[2 * i + 1] as number,
    cluster: clusterOf[i] as number | null,
  }));
  await replaceMap(row.id, map, placed);
  const result: MapRunResult = { saeId: row.id, n: features.length, clusters: map.clusters.length };
  return done(result);
};

/** Nearest rows by cosine distance, each row itself first. */
async function nearestOf(rows: Matrix, k: number): Promise<Nearest> {
  const products = await strongestProducts(rows, rows, k + 1);
  const out = { n: rows.rows, k, index: new Int32Array(rows.rows * k), distance: new Float32Array(rows.rows * k) };
  for (let r = 0; r < rows.rows; r++) {
    out.index[r * k] = r;
    let at = 1;
    for (let i = 0; i < products.k && at < k; i++) {
      const other = products.up.index[r * products.k + i] as number;
      if (other === r) continue;
      out.index[r * k + at] = other;
      out.distance[r * k + at] = Math.max(0, 1 - (products.up.value[r * products.k + i] as number));
      at++;
    }
  }
  return out;
}

function clustered(
  features: readonly MappedFeature[],
  places: Float32Array,
  about: Pick<SaeMap, "live" | "seed" | "neighbours">,
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
