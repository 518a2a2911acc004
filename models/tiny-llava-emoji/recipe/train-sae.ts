/**
 * Trains an SAE of the built-in model with the product's own parts and measures it by concept F1:
 *
 *   node --conditions=react-server --import tsx models/tiny-llava-emoji/recipe/train-sae.ts \
 *     --site layers.4.resid_post --n 8192 --k 32 --scenes 25000 --work .fovea/sae-recipe --name l4-8k
 *
 * World scenes of the training split -> activations on disk (F16, about 130 kB a scene) -> SAE -> `saes/<name>` beside
 * the model, in sparsify layout with half-precision weights and fovea.json (site, figures, curve). Every stage goes on
 * where an interrupted run stopped. One line of JSON per event on stdout: keep it as the log.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { shuffledBatches } from "@/lib/activations/shuffle";
import { heldOutRows } from "@/lib/activations/split";
import { openStore } from "@/lib/activations/store";
import { measureConcepts } from "@/lib/datasets/concept-report";
import { openLanguageModel } from "@/lib/model/open";
import { saeArchitectureSchema } from "@/lib/sae/config";
import { disposeSharedEncoder } from "@/lib/sae/encode";
import { loadSae, saveSae } from "@/lib/sae/sparsify";
import { trainSae } from "@/lib/sae/train/train";
import { openAtlas } from "@/lib/world/atlas";
import { cacheWorld } from "./cache-world";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "models/tiny-llava-emoji" },
    site: { type: "string", default: "layers.4.resid_post" },
    architecture: { type: "string", default: "topk" },
    n: { type: "string", default: "8192" },
    k: { type: "string", default: "32" },
    scenes: { type: "string", default: "25000" },
    texts: { type: "string", default: "6000" },
    /** First training seed: scenes that the model may have seen; the concepts are measured on held-out ones. */
    from: { type: "string", default: "40000000" },
    rows: { type: "string", default: "20000000" },
    batch: { type: "string", default: "4096" },
    seed: { type: "string", default: "0" },
    "test-scenes": { type: "string", default: "10000" },
    work: { type: "string", default: ".fovea/sae-recipe" },
    name: { type: "string" },
    /** Saves beside the model; otherwise only under the work folder. */
    ship: { type: "boolean", default: false },
  },
});

const number = (key: keyof typeof values) => Number(values[key]);
const log = (event: string, fields: object) => console.log(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));

const HELD_OUT = { seed: 1, share: 0.02 };
const name = values.name ?? `${values.site.replace(/\.resid_post$/, "").replaceAll(".", "-")}-n${values.n}-k${values.k}`;
const model = await openLanguageModel(values.model);
const atlas = await openAtlas(join(values.work, "..", "cache"));
log("start", { ...values, name, model: model.slug, hash: model.hash });

const storeFolder = await cacheWorld(
  { model, atlas, site: values.site, root: join(values.work, "activations") },
  { from: number("from"), scenes: number("scenes"), texts: number("texts") },
  (done, total, perSecond) => log("cache", { done, total, perSecond }),
);
const store = await openStore(storeFolder);
log("cached", { store: storeFolder, rows: store.rows, kinds: store.counts.kinds, flagged: store.counts.flagged });

const batchSize = number("batch");
const steps = Math.round(number("rows") / batchSize);
const sizes = { kind: values.architecture, n: number("n"), k: number("k") };
const config = { sae: saeArchitectureSchema.parse(sizes), steps, batchSize, seed: number("seed") };
const out = values.ship ? join(values.model, "saes", name) : join(values.work, "saes", name);
const checkpointDir = join(values.work, "checkpoints", name);
await mkdir(checkpointDir, { recursive: true });
const trained = await trainSae({
  config,
  d: store.manifest.d,
  batches: await shuffledBatches(store, { batchSize, seed: config.seed, heldOut: HELD_OUT }),
  heldOut: await heldOutRows(store, HELD_OUT),
  checkpointDir,
  onProgress: ({ point }) => {
    if (point) log("train", point);
  },
});
trained.sae.provenance.model = model.slug;
trained.sae.provenance.site = values.site;
await saveSae(out, trained.sae, { dtype: "F16" });
log("trained", { out, metrics: trained.metrics, calibration: trained.calibration });

// Measured on the weights as they are shipped, half precision included.
const sae = await loadSae(out);
const [conceptF1] = await measureConcepts({ model, atlas, site: values.site, saes: [sae] }, number("test-scenes"), {
  report: (done, total) => log("concepts", { done, total }),
});
log("concept-f1", conceptF1!.summary);
const metrics = { heldOut: trained.metrics, calibration: trained.calibration, conceptF1 };
await writeFile(join(out, "fovea.json"), `${JSON.stringify({ site: values.site, config, metrics, curves: trained.curve })}\n`);
log("done", { out, ...conceptF1!.summary });
await disposeSharedEncoder();
await model.dispose();
