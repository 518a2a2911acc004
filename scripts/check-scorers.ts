/**
 * Holds scorers against known truth, on the built-in world: do detection and fuzzing tell true explanations from false ones?
 * Once on features of the SAE that, by the masks, have one clear concept, and once on planted features, whose activation is the
 * mask of a concept. False explanations are other concepts of the same kind.
 *
 *   npm run check-scorers -- [--sae model/slug] [--n 400] [--planted 80] [--seed 0] [--no-fuzzing] [--list]      (while the demo runs)
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findCollectedSae, listEvidence, sampleScorable } from "../lib/autointerp/data";
import { EXPLAIN_BANDS } from "../lib/autointerp/explainers/shown";
import { type CellKeys, cellKeys } from "../lib/autointerp/iou";
import { localReader } from "../lib/autointerp/local-reader";
import { trueConcept } from "../lib/autointerp/true-concept";
import { AppError } from "../lib/core/errors";
import { createRng } from "../lib/core/rng";
import { samplesById } from "../lib/datasets/data";
import { decodeMask, poolMask } from "../lib/datasets/mask";
import { closeDb } from "../lib/db/client";
import { codesPrefix, readCodes } from "../lib/exemplars/code-store";
import { type CorpusSample, listCorpus } from "../lib/exemplars/data";
import type { EvidenceN } from "../lib/exemplars/schema";
import { openLanguageModel } from "../lib/model/open";
import type { Geometry } from "../lib/model/types";
import { blobs, openBlobStore } from "../lib/storage/blobs";
import { checkScorers, type KnownFeature, type Separation } from "../workers/handlers/score-check";
import { drawSilent, heldOutOf, planItems } from "../workers/handlers/score-items";
import { Planted, type PlantedImage } from "../workers/handlers/score-planted";
import { explainFailure } from "./services";

/** Share of a feature's activation that must lie on one concept. */
const CLEAR = 0.7;
/** Images that must show a planted concept. */
const FEWEST = 12;
const PAGE = 500;

/** What is true in each cell of every image of a corpus, by sample. */
async function truthOf(corpus: readonly CorpusSample[], grid: Geometry): Promise<Map<number, CellKeys>> {
  const out = new Map<number, CellKeys>();
  const ids = corpus.filter((s) => s.kind !== "text").map((s) => s.id);
  for (let from = 0; from < ids.length; from += PAGE) {
    for (const [id, { sha, truth }] of await samplesById(ids.slice(from, from + PAGE))) {
      const mask = truth && "objects" in truth ? await blobs().get(`masks/${sha}`) : null;
      if (!mask || !truth || !("objects" in truth)) continue;
      out.set(id, cellKeys(truth, poolMask(decodeMask(mask), grid.rows, grid.cols)));
    }
  }
  return out;
}

function show(title: string, n: number, by: Record<string, Separation | null>, list: boolean): void {
  console.log(`\n${title}: ${n} features`);
  const two = (x: number | null) => (x === null ? "–" : x.toFixed(3));
  for (const [name, s] of Object.entries(by)) {
    if (!s) continue;
    for (const { index, text, value, true: isTrue } of list ? s.scores : [])
      console.log(`    ${name} ${isTrue ? "true " : "false"} ${value.toFixed(2)}  #${index} ${text}`);
    console.log(
      `  ${name.padEnd(10)} AUROC ${two(s.auroc)}   true ${two(s.meanTrue)} (n ${s.nTrue})   false ${two(s.meanFalse)} (n ${s.nFalse})   control ${two(s.control)} (chance 0.5)`,
    );
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sae: { type: "string" },
      n: { type: "string", default: "400" },
      planted: { type: "string", default: "80" },
      seed: { type: "string", default: "0" },
      "no-fuzzing": { type: "boolean", default: false },
      list: { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed);
  const sae = await findCollectedSae(values.sae);
  const geometry = (sae.model.geometries as unknown as Geometry[])[0];
  if (!geometry) throw new AppError("SAE_NOT_READY", "The model has no patch grid, so masks cannot decide.");
  const corpus = await listCorpus(sae.datasetId as string);
  const truth = await truthOf(corpus, geometry);
  const folder = await mkdtemp(join(tmpdir(), "fovea-check-"));
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const reader = localReader(model);
    const own = openBlobStore(folder);
    // Images from the store of the demo, answers in a folder of their own.
    const store = { ...own, get: (key: string) => (key.startsWith("runs/") ? own : blobs()).get(key) };
    const run = (id: string) => ({
      ...{ run: { id } as never, blobs: store, signal: new AbortController().signal, progress: () => {} },
    });

    const features = await sampleScorable(sae.id, Number(values.n), seed);
    const rows = await listEvidence(
      sae.id,
      features.map((f) => f.index),
      EXPLAIN_BANDS,
    );
    const known = features.flatMap((feature): KnownFeature[] => {
      // The concept is read off the explain pool: scores are taken on the other one.
      const own = rows.filter(
        (row) => row.index === feature.index && row.pool === "explain" && row.tokens.length === 0,
      );
      const exemplars = own.flatMap(({ grid, scale, sampleId }) => {
        const cells = truth.get(sampleId);
        return cells ? [{ grid, scale, cells }] : [];
      });
      const concept = trueConcept(exemplars);
      return concept && concept.share >= CLEAR ? [{ feature, key: concept.key }] : [];
    });
    const stored = () => readCodes(blobs(), codesPrefix((sae.evidenceN as unknown as EvidenceN).cache, sae));
    const silent = await drawSilent(features, sae.n, corpus, stored(), seed);
    const heldOut = await planItems(sae.id, features, silent);
    const common = { reader, geometry, corpus, seed, fuzzing: !values["no-fuzzing"] };
    console.log(`${sae.model.slug}/${sae.slug}: ${features.length} random live features, seed ${seed}`);
    const real = await checkScorers({ ...common, ctx: run("real"), codes: stored, heldOut, known });
    show("one clear concept by the masks", known.length, real, values.list);

    const images = corpus.flatMap(({ id }, sample): PlantedImage[] => {
      const cells = truth.get(id);
      return cells ? [{ sample, sampleId: id, cells }] : [];
    });
    const planted = new Planted(images, FEWEST, createRng(seed, "planted"));
    const chosen = createRng(seed, "chosen").sample(planted.keys.length, Number(values.planted));
    const some = planted.features.filter((f) => chosen.includes(f.index));
    const codes = async function* () {
      yield* planted.codes();
    };
    const quiet = await drawSilent(some, planted.keys.length, corpus, codes(), seed);
    const held = new Map(
      some.map((f) => {
        const own = quiet.get(f.index);
        if (!own) throw new Error(`Feature ${f.index} was not drawn for.`);
        return [f.index, heldOutOf(planted.exemplars(f.index), own)];
      }),
    );
    const plantedKnown = some.map((feature) => ({ feature, key: planted.keys[feature.index] as string }));
    const made = await checkScorers({ ...common, ctx: run("planted"), codes, heldOut: held, known: plantedKnown });
    show("planted: activation is the mask of a concept", some.length, made, values.list);
  } finally {
    await model.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

main()
  .catch(explainFailure)
  .finally(() => closeDb());
