/**
 * Fills an empty database with plausible rows for working on the pages before any model has run: real scenes of the
 * world, features made from their known truth (a concept's region is where its mask is). Not used by the browser
 * tests, which run over the real pipeline. `tsx --conditions=react-server tests/helpers/seed-tiny.ts [scenes]`
 */

import { sha256 } from "@/lib/core/hash";
import { newId } from "@/lib/core/ids";
import { createRng, type Rng } from "@/lib/core/rng";
import { db } from "@/lib/db/client";
import { copyRows } from "@/lib/db/copy";
import { encodeWebp } from "@/lib/media/image";
import { composeStrip, decodeTile } from "@/lib/media/strip";
import { blobs } from "@/lib/storage/blobs";
import { openAtlas } from "@/lib/world/atlas";
import { makeScene, SPLITS } from "@/lib/world/scene";
import { makeText } from "@/lib/world/texts";
import type { Scene } from "@/lib/world/truth";

const CELLS = 14;
const PATCH = 8;

interface Picture {
  id: number;
  sha: string;
  scene: Scene;
  thumb: Uint8Array;
}

/** Share of each cell that the named thing covers, times a strength: 0 where it is not. [14 x 14] */
function coverage({ masks, objects, background, width }: Scene, name: string): Float32Array {
  const cells = new Float32Array(CELLS * CELLS);
  const ids = new Set(objects.filter((o) => o.concept === name).map((o) => o.id));
  const ground = background.color === name || background.texture === name;
  if (ids.size === 0 && !ground) return cells;
  for (let y = 0; y < masks.length / width; y++) {
    for (let x = 0; x < width; x++) {
      const id = masks[y * width + x] as number;
      const cell = Math.floor(y / PATCH) * CELLS + Math.floor(x / PATCH);
      if (ids.has(id) || (ground && id === 0)) cells[cell] = (cells[cell] as number) + 1 / (PATCH * PATCH);
    }
  }
  return cells;
}

function quantise(values: Float32Array | number[], max: number): Uint8Array {
  return Uint8Array.from(values, (v) => (v <= 0 ? 0 : Math.max(1, Math.min(255, Math.round((255 * v) / max)))));
}

interface Hit {
  picture: Picture;
  grid: Float32Array;
  peak: number;
  at: number;
  mean: number;
  area: number;
}

/** Activations of a made-up feature on all pictures: coverage with noise, some of its hits lost, a few false ones. */
function fire(pictures: readonly Picture[], name: string, rng: Rng): Hit[] {
  const strength = rng.range(3, 9);
  return pictures.flatMap((picture) => {
    const cover = coverage(picture.scene, name);
    const gain = strength * rng.range(0.15, 1);
    const grid = cover.map((c) => (c > 0.12 && rng.float() > 0.06 ? gain * c * rng.range(0.6, 1.05) : 0));
    const at = grid.indexOf(Math.max(...grid));
    const peak = grid[at] as number;
    if (peak <= 0) return [];
    const sum = grid.reduce((a, b) => a + b, 0);
    return [{ picture, grid, peak, at, mean: sum / grid.length, area: grid.filter((v) => v > 0).length / grid.length }];
  });
}

async function makePictures(datasetId: string, n: number): Promise<Picture[]> {
  const atlas = await openAtlas(".cache/atlas");
  const pictures: Picture[] = [];
  const rows: object[] = [];
  for (let i = 0; i < n; i++) {
    const scene = makeScene(atlas, SPLITS.test + i);
    const bytes = await encodeWebp(
      { width: scene.width, height: scene.height, data: scene.pixels },
      { lossless: true },
    );
    const sha = sha256(bytes);
    await blobs().put(`images/${sha}`, bytes);
    pictures.push({ id: i + 1, sha, scene, thumb: bytes });
    const { masks: _, pixels: __, ...truth } = scene;
    rows.push({
      id: i + 1,
      datasetId,
      ordinal: i,
      sha,
      kind: "image",
      width: scene.width,
      height: scene.height,
      caption: scene.caption,
      text: null,
      tags: scene.tags,
      truth,
      thumbhash: null,
    });
  }
  for (let i = 0; i < n / 4; i++) {
    const text = makeText(SPLITS.test + i);
    const words = "text" in text ? String(text.text) : JSON.stringify(text);
    rows.push({
      id: n + i + 1,
      datasetId,
      ordinal: n + i,
      sha: sha256(words),
      kind: "text",
      width: null,
      height: null,
      caption: null,
      text: words,
      tags: [],
      truth: null,
      thumbhash: null,
    });
  }
  await copyRows("samples", rows);
  return pictures;
}

/** Concepts, colours and textures by how many pictures have them, most frequent first. */
function namesOf(pictures: readonly Picture[]): [name: string, kind: string][] {
  const counts = new Map<string, { kind: string; n: number }>();
  const add = (name: string, kind: string) => counts.set(name, { kind, n: (counts.get(name)?.n ?? 0) + 1 });
  for (const { scene } of pictures) {
    add(scene.background.color, "color");
    add(scene.background.texture, "texture");
    for (const o of scene.objects) add(o.concept, o.kind);
  }
  return [...counts]
    .filter(([name, c]) => name && c.n >= 2)
    .sort((a, b) => b[1].n - a[1].n)
    .map(([name, c]) => [name, c.kind]);
}

async function makeFeature(
  saeId: string,
  index: number,
  name: string,
  kind: string,
  pictures: readonly Picture[],
  names: readonly string[],
) {
  const rng = createRng(7, "seed-feature", index);
  const hits = fire(pictures, name, rng).sort((a, b) => b.peak - a.peak);
  const live = hits.length >= 6;
  const max = hits[0]?.peak ?? 0;
  const aRef = max * 0.93;
  const status = hits.length === 0 ? "dead" : !live ? "too_rare" : rng.chance(0.85) ? "explained" : "declined";
  const explained = status === "explained";
  const scale = max || 1;
  const exemplars: object[] = [];
  const push = (band: string, list: readonly Hit[], pool: string) => {
    for (const [i, h] of list.entries()) {
      exemplars.push({
        saeId,
        index,
        band,
        rank: i + 1,
        sampleId: h.picture.id,
        pool,
        peak: h.peak,
        peakAt: h.at,
        mean: h.mean,
        area: h.area,
        grid: quantise(h.grid, scale),
        scale,
        tokens: [],
        offset: 0,
        why: null,
      });
    }
  };
  const words = ["I", " see", " a", ` ${name}`, " here", ", is", " it", " not", "?"];
  const values = words.map((w) => (w.includes(name) ? max * rng.range(0.4, 1) : rng.chance(0.2) ? max * 0.08 : 0));
  const bands: object[] = [];
  if (live) {
    push("top", hits.slice(0, 12), "explain");
    push("mean", [...hits].sort((a, b) => b.mean - a.mean).slice(0, 4), "explain");
    for (let b = 5; b >= 1; b--) {
      const lo = ((b - 1) * aRef) / 5;
      const hi = (b * aRef) / 5;
      const inside = hits.filter((h) => h.peak > lo && h.peak <= hi);
      bands.push({ id: `b${b}`, lo, hi, n: inside.length, nText: b === 4 ? 1 : 0, share: inside.length / hits.length });
      push(`b${b}`, rng.shuffle([...inside]).slice(0, 4), "score");
    }
    const silent = pictures.filter((p) => !hits.some((h) => h.picture === p)).slice(index % 40, (index % 40) + 5);
    for (const [i, p] of silent.entries()) {
      exemplars.push({
        saeId,
        index,
        band: "miss",
        rank: i + 1,
        sampleId: p.id,
        pool: "score",
        peak: 0,
        peakAt: 0,
        mean: 0,
        area: 0,
        grid: new Uint8Array(CELLS * CELLS),
        scale,
        tokens: [],
        offset: 0,
        why: i % 2 ? "alike" : "almost",
      });
    }
    for (let i = 0; i < 3; i++) {
      exemplars.push({
        saeId,
        index,
        band: "top",
        rank: 13 + i,
        sampleId: pictures.length + 1 + i,
        pool: "explain",
        peak: Math.max(...values),
        peakAt: 3,
        mean: 0.3,
        area: 0.2,
        grid: quantise(values, scale),
        scale,
        tokens: words,
        offset: 0,
        why: null,
      });
    }
  }
  const map = new Float32Array(CELLS * CELLS);
  for (const h of hits) for (let i = 0; i < map.length; i++) map[i] = (map[i] as number) + (h.grid[i] as number);
  const edges = Array.from({ length: 33 }, (_, i) => 0.05 * ((max * 1.0001 || 1) / 0.05) ** (i / 32));
  const counts = new Array<number>(32).fill(0);
  for (const h of hits)
    for (const v of h.grid) if (v > 0) counts[Math.max(0, Math.min(31, edges.findIndex((e) => e > v) - 1))]! += 1;
  const positions = counts.reduce((a, b) => a + b, 0);
  const all = pictures.length * CELLS * CELLS;
  const share = kind === "word" || kind === "country" ? rng.range(0.3, 0.7) : rng.range(0.88, 1);
  const strip = live ? sha256(`strip ${index}`).slice(0, 24) : null;
  if (strip)
    await blobs().put(
      `strips/${strip}.webp`,
      await composeStrip(await Promise.all(hits.slice(0, 4).map((h) => decodeTile(h.picture.thumb)))),
    );
  const detection = explained ? Math.min(0.99, rng.range(0.55, 1)) : null;
  const localisation = explained && rng.chance(0.8) ? rng.range(0.2, 0.8) : null;
  const feature = {
    saeId,
    index,
    status,
    label: explained ? name : null,
    kind: explained ? kind : null,
    density: positions / all,
    densityImage: positions / all,
    densityText: (positions / all) * (1 - share),
    imageShare: share,
    max,
    mean: max * 0.4,
    std: max * 0.2,
    aRef,
    nFiring: hits.length,
    crossModal: share < 0.9 && explained ? rng.range(0.5, 0.9) : null,
    detection,
    localisation,
    flags: positions / all > 0.2 ? ["always_on"] : rng.chance(0.05) ? ["position"] : [],
    tags: live ? [name, ...rng.sample(names.length, 3).map((i) => names[i] as string)] : [],
    histogram: {
      edges: positions ? edges : [],
      counts: positions ? counts : [],
      image: counts,
      text: counts.map((c) => Math.round(c * (1 - share))),
      zero: all - positions,
      zeroSamples: pictures.length - hits.length,
      bands,
    },
    positionMap: hits.length ? quantise(map, Math.max(...map)) : null,
    logits: live
      ? {
          up: rng.sample(names.length, 10).map((i, k) => [k === 0 ? `▁${name}` : `▁${names[i]}`, 2 - k * 0.15]),
          down: rng.sample(names.length, 10).map((i, k) => [`▁${names[i]}`, -1 + k * 0.07]),
        }
      : null,
    neighbours: rng
      .sample(names.length, 8)
      .filter((i) => i !== index)
      .map((i, k) => ({ index: i, cosine: 0.8 - k * 0.08 })),
    strip,
    version: 0,
  };
  return { feature, exemplars, explanation: live ? { explained, detection, localisation, name, hits } : null };
}

async function main(): Promise<void> {
  const n = Number(process.argv[2] ?? 400);
  const base = { id: "base", view: "base", rows: CELLS, cols: CELLS, affine: [112, 0, 0, 112, 0, 0], resize: "squash" };
  const sites = Array.from({ length: 6 }, (_, i) => `layers.${i}.resid_post`);
  const model = await db().model.create({
    data: {
      id: newId("model"),
      slug: "tiny-llava-emoji",
      title: "tiny-llava-emoji",
      kind: "vlm",
      location: "models/tiny-llava-emoji",
      hash: sha256("seed model"),
      nLayers: 6,
      dModel: 256,
      sites,
      geometries: [base],
    },
  });
  const dataset = await db().dataset.create({
    data: {
      id: newId("dataset"),
      slug: "emoji-scenes-test",
      title: "Emoji Scenes, test",
      licence: "various",
      source: "lib/world",
      hash: sha256("seed"),
      config: {},
      tags: {},
      nImages: n,
      nTexts: n / 4,
    },
  });
  const pictures = await makePictures(dataset.id, n);
  const names = namesOf(pictures);
  const heldOut = (fvu: number, l0: number) => ({
    fvu,
    cos: 1 - fvu / 2,
    l0: { mean: l0, p5: l0, p50: l0, p95: l0 },
    dead: 0.021,
    ev: 1 - fvu,
  });
  const curves = Array.from({ length: 60 }, (_, i) => ({
    step: 50 * (i + 1),
    rows: 51200 * (i + 1),
    fvu: 0.1 + 0.7 * Math.exp(-i / 9),
    l0: 32,
    dead: Math.max(0.02, 0.4 - i / 60),
    loss: 1,
    lr: 1e-3,
    aux: 0.1,
  }));
  const make = (slug: string, site: string, status: string, size: number) => ({
    id: newId("sae"),
    slug,
    modelId: model.id,
    datasetId: dataset.id,
    site,
    architecture: "topk",
    d: 256,
    n: size,
    k: 32,
    hash: sha256(slug),
    checkpoint: "models",
    config: { normalisation: "none" },
    metrics: {
      heldOut: { rows: 100_000, all: heldOut(0.117, 31.9), image: heldOut(0.104, 32), text: heldOut(0.171, 30.4) },
    },
    curves,
    status,
    evidence: status === "collected" ? "77b0e4d1" : null,
    evidenceN: {
      images: n,
      texts: n / 4,
      samples: n * 1.25,
      imageTokens: n * 196,
      textTokens: n * 30,
      duplicates: 0,
      cache: "seed",
      site,
    },
    nLive: 0,
    nExplained: 0,
  });
  const sae = await db().sae.create({ data: make("4-res-8k", "layers.4.resid_post", "collected", 8192) });
  await db().sae.create({ data: make("4-res-2k-fresh", "layers.4.resid_post", "training", 2048) });
  const list = names.map(([name]) => name);
  const features: object[] = [];
  const exemplars: object[] = [];
  for (const [index, [name, kind]] of names.entries()) {
    const made = await makeFeature(sae.id, index, name, kind, pictures, list);
    features.push(made.feature);
    exemplars.push(...made.exemplars);
    if (made.explanation) await explain(sae.id, index, made.explanation, pictures);
  }
  await copyRows("features", features);
  await copyRows("exemplars", exemplars);
  const count = (status: string) => (features as { status: string }[]).filter((f) => f.status === status).length;
  await db().sae.update({
    where: { id: sae.id },
    data: {
      n: features.length,
      nLive: features.length - count("dead") - count("too_rare"),
      nExplained: count("explained"),
    },
  });
  await makeRuns();
  console.log(`${features.length} features, ${exemplars.length} exemplars: /tiny-llava-emoji/4-res-8k`);
  process.exit(0);
}

interface Made {
  explained: boolean;
  detection: number | null;
  localisation: number | null;
  name: string;
  hits: Hit[];
}

async function explain(
  saeId: string,
  index: number,
  { explained, detection, localisation, name, hits }: Made,
  pictures: readonly Picture[],
): Promise<void> {
  const id = newId("explanation");
  const support = { term: name, kind: "object", hits: 9, n: 10, contrastHits: 1, contrastN: 10, lift: 9 };
  await db().explanation.create({
    data: {
      id,
      saeId,
      index,
      text: explained ? name : null,
      status: explained ? "explained" : "declined",
      reason: explained ? null : "No answer was given for more than a third of the exemplars.",
      explainer: "self",
      promptVersion: "self-1",
      evidence: { exemplars: [], contrasts: [], support, runnersUp: [{ term: "food", hits: 4, contrastHits: 2 }] },
      cost: {},
      isLabel: explained,
    },
  });
  if (!explained || detection === null) return;
  const receipts = hits
    .slice(0, 6)
    .map((h, i) => ({
      item: { sampleId: h.picture.id, kind: "image", role: "positive", band: "b4" },
      question: `is there a ${name}?`,
      expected: true,
      answered: i !== 3,
      right: i !== 3,
    }))
    .concat(
      pictures.slice(0, 6).map((p, i) => ({
        item: { sampleId: p.id, kind: "image", role: i % 2 ? "hard" : "random", band: "" },
        question: `is there a ${name}?`,
        expected: false,
        answered: i === 1,
        right: i !== 1,
      })),
    );
  await db().score.create({
    data: {
      id: newId("score"),
      explanationId: id,
      saeId,
      index,
      scorer: "detection",
      value: detection,
      lo: detection - 0.08,
      hi: Math.min(1, detection + 0.05),
      control: 0.51,
      n: 40,
      receipts,
    },
  });
  if (localisation !== null)
    await db().score.create({
      data: {
        id: newId("score"),
        explanationId: id,
        saeId,
        index,
        scorer: "iou",
        value: localisation,
        lo: localisation - 0.06,
        hi: localisation + 0.06,
        control: 0.04,
        n: 12,
        receipts: [],
      },
    });
}

async function makeRuns(): Promise<void> {
  const now = Date.now();
  const at = (s: number) => new Date(now + 1000 * s);
  const demo = newId("run");
  await db().run.create({
    data: {
      id: demo,
      kind: "demo",
      state: "running",
      params: { scenes: 4000 },
      stage: "train",
      done: 5,
      total: 7,
      startedAt: at(-300),
      createdAt: at(-300),
      timings: { ingest: 21000, cache: 94000, collect: 38000, explain: 61000, score: 52000 },
    },
  });
  const steps = [
    ["ingest", "done"],
    ["cache", "done"],
    ["collect", "done"],
    ["explain", "done"],
    ["score", "done"],
    ["train", "running"],
    ["collect", "queued"],
  ] as const;
  for (const [i, [kind, state]] of steps.entries()) {
    await db().run.create({
      data: {
        id: newId("run"),
        kind,
        step: i === 6 ? "collectFresh" : kind,
        parentId: demo,
        state,
        params: { slug: "4-res-8k", datasetSlug: "emoji-scenes-test", site: "layers.4.resid_post" },
        stage: "train",
        done: state === "running" ? 1640 : 4000,
        total: state === "running" ? 3000 : 4000,
        rate: 31,
        etaMs: state === "running" ? 44_000 : null,
        metrics: state === "running" ? { fvu: 0.143, l0: 32, dead: 0.021 } : {},
        createdAt: at(-300 + i),
        startedAt: state === "queued" ? null : at(-300 + 40 * i),
        finishedAt: state === "done" ? at(-260 + 40 * i) : null,
      },
    });
  }
  await db().run.create({
    data: {
      id: newId("run"),
      kind: "explain",
      state: "failed",
      params: { slug: "4-res-8k" },
      done: 12,
      total: 8192,
      createdAt: at(-4000),
      startedAt: at(-4000),
      finishedAt: at(-3900),
      attempts: 3,
      error: {
        type: "/docs/errors#EXPLAINER_FAILED",
        title: "The explainer failed",
        status: 502,
        code: "EXPLAINER_FAILED",
        detail: "The endpoint answered 401 after 12 features: set EXPLAINER_API_KEY; those 12 are kept.",
      },
    },
  });
}

void main();
