/**
 * Compares autoencoders of the built-in model, to choose architecture, k, n and site of the one that is shipped:
 *
 *   node --conditions=react-server --import tsx models/tiny-llava-emoji/recipe/choose-sae.ts \
 *     --architectures topk,batch_topk,matryoshka --n 4096,2048 --k 8,16,32 --scenes 6000 --work .fovea/sae-recipe
 *
 * Each site is cached once. Every autoencoder is trained on the same rows in the same order and kept under the work folder,
 * so that an interrupted comparison goes on; all are then measured on the same held-out rows and scenes. One line of JSON
 * each on stdout: keep it as the log.
 */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { shuffledBatches } from "@/lib/activations/shuffle";
import { heldOutRows } from "@/lib/activations/split";
import { type ActivationStore, openStore } from "@/lib/activations/store";
import { measureConcepts } from "@/lib/datasets/concept-report";
import { worldExamples } from "@/lib/datasets/world-examples";
import { openLanguageModel } from "@/lib/model/open";
import type { SaeArchitecture } from "@/lib/sae/config";
import { measureCe } from "@/lib/sae/ce-recovered";
import { disposeSharedEncoder } from "@/lib/sae/encode";
import { siteMeans } from "@/lib/sae/site-means";
import { loadSae, saveSae } from "@/lib/sae/sparsify";
import { trainSae } from "@/lib/sae/train/train";
import { openAtlas } from "@/lib/world/atlas";
import { SPLITS } from "@/lib/world/scene";
import { cacheWorld } from "./cache-world";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "models/tiny-llava-emoji" },
    sites: { type: "string", default: "layers.4.resid_post" },
    architectures: { type: "string", default: "topk,batch_topk,matryoshka" },
    n: { type: "string", default: "4096,2048" },
    k: { type: "string", default: "8,16,32" },
    scenes: { type: "string", default: "6000" },
    rows: { type: "string", default: "2000000" },
    "test-scenes": { type: "string", default: "5000" },
    "ce-scenes": { type: "string", default: "200" },
    work: { type: "string", default: ".fovea/sae-recipe" },
  },
});

const HELD_OUT = { seed: 1, share: 0.02 };
const BATCH = 4096;
const STEPS = Math.round(Number(values.rows) / BATCH);
const scenes = Number(values.scenes);
const model = await openLanguageModel(values.model);
const atlas = await openAtlas(join(values.work, "..", "cache"));
const numbers = (text: string) => text.split(",").map(Number);

interface Tried {
  kind: string;
  n: number;
  k: number;
  folder: string;
}

/** Trains one autoencoder, unless it is there already. */
async function train(store: ActivationStore, site: string, { kind, n, k, folder }: Tried): Promise<void> {
  if (existsSync(join(folder, "cfg.json"))) return;
  const config = { sae: { kind, n, k } as SaeArchitecture, steps: STEPS, batchSize: BATCH, seed: 0 };
  const started = Date.now();
  const trained = await trainSae({
    config,
    d: store.manifest.d,
    batches: await shuffledBatches(store, { batchSize: BATCH, seed: 0, heldOut: HELD_OUT }),
    heldOut: await heldOutRows(store, HELD_OUT),
    checkpointDir: `${folder}-checkpoint`,
    onProgress: ({ point }) => point && console.error(`${folder} step ${point.step} fvu ${point.fvu.toFixed(4)} dead ${point.dead.toFixed(3)}`),
  });
  Object.assign(trained.sae.provenance, { model: model.slug, site });
  await saveSae(folder, trained.sae);
  const seconds = Math.round((Date.now() - started) / 1000);
  await writeFile(join(folder, "trained.json"), JSON.stringify({ metrics: trained.metrics, theta: trained.sae.theta, seconds }));
}

for (const site of values.sites.split(",")) {
  const store = await openStore(
    await cacheWorld(
      { model, atlas, site, root: join(values.work, "activations") },
      { from: 40_000_000, scenes, texts: Math.round(scenes / 4) },
      (done, total, perSecond) => console.error(`cache ${done}/${total}, ${perSecond} a second`),
    ),
  );
  const tried: Tried[] = [];
  for (const n of numbers(values.n)) {
    for (const k of numbers(values.k)) {
      for (const kind of values.architectures.split(",")) {
        const one = { kind, n, k, folder: join(values.work, "compared", `${site}-${kind}-n${n}-k${k}-r${values.rows}`) };
        await train(store, site, one);
        tried.push(one);
      }
    }
  }
  const saes = await Promise.all(tried.map(({ folder }) => loadSae(folder)));
  const concepts = await measureConcepts({ model, atlas, site, saes }, Number(values["test-scenes"]), {
    report: (done, total) => console.error(`concepts ${done}/${total}`),
  });
  const examples = worldExamples(atlas, { from: SPLITS.validation + 2_000_000, count: Number(values["ce-scenes"]) });
  const mean = await siteMeans(model, site, examples);
  for (const [i, { folder, ...one }] of tried.entries()) {
    const { metrics, seconds } = JSON.parse(await readFile(join(folder, "trained.json"), "utf8"));
    const { fvu, l0, dead, rows } = metrics.all;
    const rowFigures = { fvu, fvuImage: metrics.image.fvu, fvuText: metrics.text.fvu, l0: l0.mean, dead: dead.share, heldOutRows: rows };
    const ce = (await measureCe({ model, site, sae: saes[i]!, examples, mean })).all.answer!;
    const { ce_recovered_zero, ce_recovered_mean, kl_recovered_mean, tokens } = ce;
    const ceFigures = { ce: ce.ce, ce_recovered_zero, ce_recovered_mean, kl_recovered_mean, answerTokens: tokens };
    console.log(JSON.stringify({ site, ...one, rows: Number(values.rows), seconds, ...rowFigures, ...ceFigures, conceptF1: concepts[i]!.summary }));
  }
}
await disposeSharedEncoder();
await model.dispose();
