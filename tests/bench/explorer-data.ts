/**
 * Fills an empty database with generated features, for measuring the explorer at the size it is designed for:
 *
 *     FOVEA_HOME=.fovea-bench npx tsx --conditions=react-server tests/bench/explorer-data.ts --features 131072 --grid 24
 *
 * Each feature has 50 exemplars on 20,000 images: 12 by peak, 4 more by mean, 4 in each fifth, 5 near misses, 9 texts; a
 * label of two or three words (a tenth has none), tags, a histogram, logit effects, ten neighbours, one explanation with
 * two scores. Rows are made inside Postgres from a seed, so that two runs fill in the same.
 */
import { parseArgs } from "node:util";
import type { PoolClient } from "pg";
import { sha256 } from "@/lib/core/hash";
import { createRng } from "@/lib/core/rng";
import { closeDb, pgPool } from "@/lib/db/client";
import { copyInto } from "@/lib/db/copy";
import { startEmbedded } from "@/lib/db/embedded";
import { prepareDatabase } from "@/lib/jobs/prepare";
import { encodeWebp } from "@/lib/media/image";
import { blobs } from "@/lib/storage/blobs";
import { CONCEPTS } from "@/lib/world/concepts";

const { values: args } = parseArgs({
  options: {
    features: { type: "string", default: "131072" },
    images: { type: "string", default: "20000" },
    grid: { type: "string", default: "24" },
    seed: { type: "string", default: "1" },
  },
});
const [nFeatures, nImages, side, seed] = [args.features, args.images, args.grid, args.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
const print = (line: string) => process.stdout.write(`${line}\n`);
const started = performance.now();
const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;

const rng = createRng(seed, "explorer-data");
const COLOURS = ["red", "green", "blue", "yellow", "orange", "purple", "black", "white", "striped", "checked"];
const NOUNS = [...new Set(CONCEPTS.map((c) => c.name.replaceAll("_", " ")))];
const PLACES = ["on a plate", "in the sky", "on grass", "at night", "on a sign", "in a hand", "on a map", "indoors"];

function shaOf(i: number): string {
  return sha256(`bench image ${i}`);
}

/** A small picture per image, soft blobs on a ground, so that a browser has something to load and decode. */
async function makeImages(): Promise<void> {
  const size = 96;
  for (let i = 0; i < nImages; i++) {
    const name = `thumbs/${shaOf(i)}-256.webp`;
    if (await blobs().has(name)) continue;
    const data = new Uint8Array(size * size * 3);
    const [r, g, b] = [rng.int(256), rng.int(256), rng.int(256)];
    const [x, y, radius] = [rng.int(size), rng.int(size), 8 + rng.int(30)];
    for (let p = 0; p < size * size; p++) {
      const inside = Math.hypot((p % size) - x, Math.floor(p / size) - y) < radius;
      data.set(inside ? [r, g, b] : [(r + 128) % 256, (g + 90) % 256, (b + 60) % 256], 3 * p);
    }
    const bytes = await encodeWebp({ width: size, height: size, data }, { quality: 80 });
    await Promise.all([blobs().put(name, bytes), blobs().put(`images/${shaOf(i)}`, bytes)]);
    if (i % 5000 === 0) print(`images ${i} of ${nImages}, ${seconds()}`);
  }
}

async function fill(db: PoolClient): Promise<void> {
  const geometry = {
    id: "base",
    view: "base",
    rows: side,
    cols: side,
    affine: [256, 0, 0, 256, 0, 0],
    resize: "squash",
  };
  await db.query("BEGIN");
  await db.query(
    `INSERT INTO "models" ("id", "slug", "title", "kind", "location", "hash", "n_layers", "d_model", "sites", "geometries")
     VALUES ('bench', 'bench', 'Generated', 'vlm', 'nowhere', $1, 32, 4096, '["layers.24.resid_post"]', $2)`,
    [sha256("bench"), JSON.stringify([geometry])],
  );
  await db.query(
    `INSERT INTO "datasets" ("id", "slug", "title", "licence", "source", "hash", "config", "tags", "n_images", "n_texts")
     VALUES ('bench', 'bench', 'Generated', 'CC0', 'generated', 'bench', '{}', '{}', $1, 0)`,
    [nImages],
  );
  await db.query(
    `INSERT INTO "saes" ("id", "slug", "model_id", "dataset_id", "site", "architecture", "d", "n", "k", "hash", "checkpoint",
       "config", "status", "evidence", "evidence_n", "n_live", "n_explained")
     VALUES ('bench', '24-res', 'bench', 'bench', 'layers.24.resid_post', 'topk', 4096, $1, 256, $2, 'nowhere',
       '{"normalisation":"none"}', 'collected', '77b0e4d1', $3, $1, $1)`,
    [
      nFeatures,
      sha256("bench sae"),
      JSON.stringify({
        images: nImages,
        texts: 0,
        samples: nImages,
        imageTokens: nImages * side * side,
        textTokens: 0,
      }),
    ],
  );
  await copyInto(
    db,
    "samples",
    (function* () {
      for (let i = 0; i < nImages; i++) {
        const tags = [rng.pick(NOUNS), rng.pick(COLOURS), rng.pick(NOUNS)];
        yield {
          id: i + 1,
          datasetId: "bench",
          ordinal: i,
          sha: shaOf(i),
          kind: "image",
          width: 256,
          height: 256,
          caption: `${rng.pick(COLOURS)} ${tags[0]} ${rng.pick(PLACES)}`,
          tags,
          thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI",
        };
      }
    })(),
  );
  await pools(db);
  await db.query("COMMIT");
  print(`samples, ${seconds()}`);
  const step = 16_384;
  for (let from = 0; from < nFeatures; from += step) {
    await db.query(FEATURES, [from, Math.min(nFeatures, from + step), nFeatures, seed]);
    await db.query(EXPLANATIONS, [from, Math.min(nFeatures, from + step)]);
    await db.query(EXEMPLARS, [from, Math.min(nFeatures, from + step), nImages, side * side]);
    print(`features ${Math.min(nFeatures, from + step)} of ${nFeatures}, ${seconds()}`);
  }
  await db.query(
    `SELECT fovea_note_words(array_agg("search_text")) FROM (SELECT DISTINCT "search_text" FROM "features") t`,
  );
  await db.query("VACUUM ANALYZE");
}

/** What rows draw from: labels, grids, histograms, logit effects. */
async function pools(db: PoolClient): Promise<void> {
  await db.query(`CREATE TEMP TABLE pool_words (i INT PRIMARY KEY, label TEXT, tags TEXT[], kind TEXT)`);
  await db.query(`CREATE TEMP TABLE pool_grids (i INT PRIMARY KEY, grid BYTEA)`);
  await db.query(`CREATE TEMP TABLE pool_facts (i INT PRIMARY KEY, histogram JSONB, logits JSONB, map BYTEA)`);
  const KINDS = ["object", "part", "scene", "color", "texture", "text", "feeling", "place"];
  for (let i = 0; i < 4096; i++) {
    const noun = rng.pick(NOUNS);
    const label = i % 3 === 0 ? `${rng.pick(COLOURS)} ${noun}` : i % 3 === 1 ? `${noun} ${rng.pick(PLACES)}` : noun;
    await db.query(`INSERT INTO pool_words VALUES ($1, $2, $3, $4)`, [
      i,
      label,
      [noun, rng.pick(NOUNS), rng.pick(COLOURS)],
      rng.pick(KINDS),
    ]);
  }
  for (let i = 0; i < 256; i++) {
    const grid = new Uint8Array(side * side);
    const [x, y, radius] = [rng.int(side), rng.int(side), 1 + rng.int(5)];
    for (let p = 0; p < grid.length; p++) {
      const d = Math.hypot((p % side) - x, Math.floor(p / side) - y);
      if (d < radius) grid[p] = Math.max(1, Math.round(255 * (1 - d / radius) * (0.6 + 0.4 * rng.float())));
    }
    await db.query(`INSERT INTO pool_grids VALUES ($1, $2)`, [i, Buffer.from(grid)]);
  }
  for (let i = 0; i < 256; i++) {
    const counts = Array.from({ length: 64 }, (_, b) => Math.round(4000 * Math.exp(-b / 12) * (0.5 + rng.float())));
    const edges = Array.from({ length: 65 }, (_, b) => Number((0.01 * 1.11 ** b).toPrecision(6)));
    const bands = ["b5", "b4", "b3", "b2", "b1"].map((id, b) => ({
      id,
      lo: (6.4 * (4 - b)) / 5,
      hi: (6.4 * (5 - b)) / 5,
      n: 20 * (b + 1),
      nText: b,
      share: (b + 1) / 15,
    }));
    const side10 = (sign: number) => Array.from({ length: 10 }, (_, k) => [`▁${rng.pick(NOUNS)}`, sign * (2 - k / 6)]);
    const histogram = {
      zero: 11_000_000,
      zeroSamples: 19_000,
      edges,
      counts,
      image: counts,
      text: counts.map(() => 0),
      bands,
    };
    const map = Buffer.from(Uint8Array.from({ length: side * side }, () => rng.int(256)));
    await db.query(`INSERT INTO pool_facts VALUES ($1, $2, $3, $4)`, [
      i,
      JSON.stringify(histogram),
      JSON.stringify({ up: side10(1), down: side10(-1) }),
      map,
    ]);
  }
}

/** A number in [0, 1) that depends on its arguments alone. */
const unit = (...of: string[]) => `(abs(hashint8(((${of.join(")::bigint * 1000003 + (")})::bigint))) / 2147483648.0)`;

const FEATURES = `INSERT INTO "features" ("sae_id", "index", "status", "label", "kind", "density", "density_image",
    "density_text", "image_share", "max", "mean", "std", "a_ref", "n_firing", "cross_modal", "detection", "localisation",
    "flags", "tags", "histogram", "position_map", "logits", "neighbours", "strip", "version")
  SELECT 'bench', j, CASE WHEN bare THEN 'pending' ELSE 'explained' END, CASE WHEN bare THEN NULL ELSE w.label END,
    CASE WHEN bare THEN NULL ELSE w.kind END, d, d, d / 3, ${unit("j", "3")}, 4 + 4 * ${unit("j", "4")}, 1.2, 0.6, 6.4,
    20 + (400 * ${unit("j", "5")})::int, CASE WHEN j % 3 = 0 THEN ${unit("j", "6")} END,
    CASE WHEN bare THEN NULL ELSE 0.4 + 0.6 * ${unit("j", "7")} END, CASE WHEN j % 2 = 0 THEN ${unit("j", "8")} END,
    CASE WHEN j % 50 = 0 THEN ARRAY['position'] ELSE '{}'::text[] END, w.tags, p.histogram, p.map, p.logits,
    (SELECT jsonb_agg(jsonb_build_object('index', (${unit("j", "100 + k")} * $3)::int % $3, 'cosine', round((0.9 - k * 0.05)::numeric, 3)))
      FROM generate_series(1, 10) k),
    md5(j::text), 0
  FROM (SELECT j, j % 10 = 9 AS bare, power(10, -5 + 4 * ${unit("j", "2", "$4")})::real AS d
    FROM generate_series($1::int, $2::int - 1) j) f
  JOIN pool_words w ON w.i = (${unit("j", "11")} * 4096)::int % 4096
  JOIN pool_facts p ON p.i = (${unit("j", "12")} * 256)::int % 256
  ORDER BY j`;

const EXPLANATIONS = `WITH made AS (
    INSERT INTO "explanations" ("id", "sae_id", "index", "text", "status", "explainer", "explainer_model", "prompt_version",
      "evidence", "cost", "is_label")
    SELECT 'x' || "index", 'bench', "index", "label", 'explained', 'endpoint', 'LLaVA-OV-72B', 'v1',
      jsonb_build_object('support', jsonb_build_object('term', "label", 'hits', 9, 'n', 10, 'contrastHits', 0, 'contrastN', 10)),
      '{}', true
    FROM "features" WHERE "sae_id" = 'bench' AND "index" >= $1 AND "index" < $2 AND "label" IS NOT NULL
    RETURNING "id", "index")
  INSERT INTO "scores" ("id", "explanation_id", "sae_id", "index", "scorer", "value", "lo", "hi", "control", "n", "receipts")
  SELECT scorer || m."index", m."id", 'bench', m."index", scorer, 0.8, 0.7, 0.9, 0.5, 40, '[]'
  FROM made m, unnest(ARRAY['detection', 'iou']) scorer`;

const BANDS = `VALUES ('top', 12), ('mean', 4), ('b5', 4), ('b4', 4), ('b3', 4), ('b2', 4), ('b1', 4), ('miss', 5), ('text', 9)`;
const EXEMPLARS = `INSERT INTO "exemplars" ("sae_id", "index", "band", "rank", "sample_id", "pool", "peak", "peak_at", "mean",
    "area", "grid", "scale", "tokens", "offset", "why")
  SELECT 'bench', j, band, rank, 1 + (${unit("j", "at")} * $3)::int % $3, CASE WHEN at % 2 = 0 THEN 'explain' ELSE 'score' END,
    CASE band WHEN 'top' THEN 6.4 - 0.1 * rank WHEN 'miss' THEN 0 ELSE 3 END, (${unit("j", "at", "5")} * $4)::int % $4, 0.3, 0.1,
    CASE WHEN text THEN '\\x000a80ff2000'::bytea ELSE g.grid END, 6.4,
    CASE WHEN text THEN ARRAY['▁a', '▁picture', '▁of', '▁french', '▁fries', '.'] ELSE '{}'::text[] END, 0,
    CASE WHEN band = 'miss' THEN CASE WHEN rank < 3 THEN 'almost' ELSE 'alike' END END
  FROM (
    SELECT j, CASE WHEN b.band = 'text' THEN (ARRAY['top', 'top', 'top', 'top', 'top', 'b4', 'b3', 'b2', 'b1'])[r] ELSE b.band END AS band,
      CASE WHEN b.band = 'text' THEN 20 + r ELSE r END AS rank, b.band = 'text' AS text, ascii(b.band) * 100 + length(b.band) * 37 + r AS at
    FROM generate_series($1::int, $2::int - 1) j, (${BANDS}) b(band, n), generate_series(1, b.n) r) e
  JOIN pool_grids g ON g.i = (${unit("j", "at", "9")} * 256)::int % 256
  ORDER BY j, band, rank`;

const server = await startEmbedded();
await prepareDatabase(server.url);
const client = await pgPool().connect();
try {
  await makeImages();
  await fill(client);
} finally {
  client.release();
  await closeDb();
  await server.stop();
}
print(`done in ${seconds()}`);
