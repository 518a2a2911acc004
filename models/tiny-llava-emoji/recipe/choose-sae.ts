/**
 * Compares small autoencoders by concept F1, to choose the site and k of the one that is shipped:
 *
 *   node --conditions=react-server --import tsx models/tiny-llava-emoji/recipe/choose-sae.ts \
 *     --sites layers.3.resid_post,layers.4.resid_post --k 16,32 --n 4096 --scenes 5000 --work .fovea/sae-recipe
 *
 * Each site is cached once and its autoencoders are measured on the same scenes. One line of JSON each on stdout.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { shuffledBatches } from "@/lib/activations/shuffle";
import { heldOutRows } from "@/lib/activations/split";
import { openStore } from "@/lib/activations/store";
import { compareConcepts } from "@/lib/datasets/concept-report";
import { openLanguageModel } from "@/lib/model/open";
import { disposeSharedEncoder } from "@/lib/sae/encode";
import { trainSae } from "@/lib/sae/train/train";
import { openAtlas } from "@/lib/world/atlas";
import { cacheWorld } from "./cache-world";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "models/tiny-llava-emoji" },
    sites: { type: "string", default: "layers.3.resid_post,layers.4.resid_post" },
    n: { type: "string", default: "4096" },
    k: { type: "string", default: "16,32" },
    scenes: { type: "string", default: "5000" },
    rows: { type: "string", default: "1000000" },
    "test-scenes": { type: "string", default: "5000" },
    work: { type: "string", default: ".fovea/sae-recipe" },
  },
});

const HELD_OUT = { seed: 1, share: 0.02 };
const BATCH = 4096;
const scenes = Number(values.scenes);
const model = await openLanguageModel(values.model);
const atlas = await openAtlas(join(values.work, "..", "cache"));

for (const site of values.sites.split(",")) {
  const store = await openStore(
    await cacheWorld(
      { model, atlas, site, root: join(values.work, "activations") },
      { from: 40_000_000, scenes, texts: Math.round(scenes / 4) },
      () => undefined,
    ),
  );
  const tried = [];
  for (const k of values.k.split(",").map(Number)) {
    const trained = await trainSae({
      config: { sae: { kind: "topk", n: Number(values.n), k }, steps: Math.round(Number(values.rows) / BATCH), batchSize: BATCH, seed: 0 },
      d: store.manifest.d,
      batches: await shuffledBatches(store, { batchSize: BATCH, seed: 0, heldOut: HELD_OUT }),
      heldOut: await heldOutRows(store, HELD_OUT),
    });
    tried.push({ k, fvu: trained.metrics?.all.fvu, sae: trained.sae });
  }
  const found = await compareConcepts({ model, atlas, site, saes: tried.map(({ sae }) => sae) }, Number(values["test-scenes"]));
  for (const [i, { k, fvu }] of tried.entries()) {
    console.log(JSON.stringify({ site, n: Number(values.n), k, rows: Number(values.rows), fvu, ...found[i] }));
  }
}
await disposeSharedEncoder();
await model.dispose();
