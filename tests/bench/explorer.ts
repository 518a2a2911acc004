/**
 * What the explorer costs at size, on a production build and a database that explorer-data.ts filled:
 *
 *     FOVEA_HOME=.fovea-bench npx tsx --conditions=react-server tests/bench/explorer.ts
 *
 * Every visit is to another feature, drawn uniformly from all; "again" repeats visits to 60 features. The server has
 * answered for a while (some hundred visits of each sort) and the system has read the database's files once, as on a
 * machine that serves all day. The client asks as browsers do and runs on the same cores. `health` is the baseline: the
 * smallest route of the same server.
 */
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { env } from "@/lib/core/env";
import { createRng } from "@/lib/core/rng";
import { closeDb, pgPool } from "@/lib/db/client";
import { startServices } from "../../scripts/services";
import { buildWeb, serveWeb } from "../../scripts/web";

const PORT = 3377;
/** Visits before those that count: code that runs rarely is not optimised yet. */
const WARM_UP = 300;
const SECONDS = Number(process.argv[2] ?? 8);
const rng = createRng(5, "bench-explorer");
const print = (line: string) => process.stdout.write(`${line}\n`);

interface Answer {
  ms: number;
  bytes: number;
  status: number;
}

function visit(agent: Agent, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const headers = { "accept-encoding": "gzip, deflate, br, zstd" };
    get({ port: PORT, host: "127.0.0.1", path, agent, headers }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("end", () => resolve({ ms: performance.now() - start, bytes, status: response.statusCode ?? 0 }));
      response.on("error", reject);
    }).on("error", reject);
  });
}

/** Visits for some seconds by so many clients, each with one connection; prints rate and quantiles. */
async function measure(name: string, clients: number, pathOf: () => string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  for (let i = 0; i < WARM_UP; i++) await visit(agent, pathOf());
  const answers: Answer[] = [];
  const start = performance.now();
  const end = start + 1000 * SECONDS;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < end) answers.push(await visit(agent, pathOf()));
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  const bad = answers.filter((a) => a.status !== 200).length;
  const ms = answers.map((a) => a.ms).sort((a, b) => a - b);
  const at = (q: number) => (ms[Math.floor(q * (ms.length - 1))] as number).toFixed(1);
  const kB = answers.reduce((sum, a) => sum + a.bytes, 0) / answers.length / 1000;
  print(
    `| ${name} | ${clients} | ${(answers.length / seconds).toFixed(0)} | ${at(0.5)} | ${at(0.95)} | ${kB.toFixed(1)} | ${answers.length}${bad ? `, ${bad} not 200` : ""} |`,
  );
}

/** Reads the files of the embedded database once, so that they lie in the system's cache. */
function readDatabase(): void {
  const folder = join(env().FOVEA_HOME, "database", "data", "base");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const buffer = Buffer.alloc(1 << 22);
  for (const { parentPath, name } of files) {
    const file = openSync(join(parentPath, name), "r");
    while (readSync(file, buffer) > 0);
    closeSync(file);
  }
}

const services = await startServices({ port: PORT });
process.env.DATABASE_URL = services.databaseUrl;
try {
  const built = await buildWeb();
  if (built > 0) print(`web build ${built.toFixed(0)} s`);
  await serveWeb(PORT, services.databaseUrl);
  const { rows } = await pgPool().query<{ model: string; sae: string; n: number }>(
    `SELECT m."slug" AS model, s."slug" AS sae, s."n" FROM "saes" s JOIN "models" m ON m."id" = s."model_id" ORDER BY s."n" DESC LIMIT 1`,
  );
  const { model, sae, n } = rows[0] as { model: string; sae: string; n: number };
  const labels = await pgPool().query<{ label: string }>(
    `SELECT "label" FROM "features" WHERE "label" IS NOT NULL AND "index" % ${Math.max(1, Math.floor(n / 3000))} = 0`,
  );
  await closeDb();
  const feature = () => `/${model}/${sae}/${rng.int(n)}`;
  const few = Array.from({ length: 60 }, feature);
  const search = (q: string) => `/api/v1/search?q=${encodeURIComponent(q)}`;
  const label = () => rng.pick(labels.rows).label;
  const word = () => rng.pick(label().split(" "));
  const misspelt = (w: string) => {
    const i = rng.int(Math.max(1, w.length - 1));
    return w.slice(0, i) + (w[i + 1] ?? "") + (w[i] ?? "") + w.slice(i + 2);
  };
  readDatabase();
  print(`${n.toLocaleString("en")} features`);
  print("| what | clients | a second | p50 ms | p95 ms | kB gz | n |\n|---|---|---|---|---|---|---|");
  await measure("health (baseline)", 1, () => "/api/v1/health");
  await measure("health (baseline)", 8, () => "/api/v1/health");
  await measure("feature page, each the first time", 1, feature);
  await measure("feature page, each the first time", 8, feature);
  await measure("feature page, again", 8, () => rng.pick(few));
  await measure("feature JSON", 1, () => `/api/v1/features${feature()}`);
  await measure("list, first view", 1, () => `/${model}/${sae}`);
  await measure("list by detection, first view", 1, () => `/${model}/${sae}?sort=-detection`);
  await measure("search, a word", 1, () => search(word()));
  await measure("search, a label", 1, () => search(label()));
  await measure("search, a beginning", 1, () => search(word().slice(0, 3)));
  await measure("search, misspelt", 1, () => search(misspelt(word())));
  await scripts(`/${model}/${sae}/3`);
} finally {
  await services.stop();
}

/** First-load script of a page: every script tag but the polyfill for old browsers. */
async function scripts(path: string): Promise<void> {
  const html = await (await fetch(`http://127.0.0.1:${PORT}${path}`)).text();
  const tags = [...html.matchAll(/<script[^>]*src="([^"]+)"[^>]*>/g)].filter(([tag]) => !/nomodule/i.test(tag));
  const sources = [...new Set(tags.map((m) => m[1] as string))];
  const sizes = await Promise.all(
    sources.map(async (src) => {
      const body = await (await fetch(`http://127.0.0.1:${PORT}${src}`)).arrayBuffer();
      return gzipSync(Buffer.from(body), { level: 9 }).length;
    }),
  );
  print(`\nfirst-load script of ${path}: ${(sizes.reduce((a, b) => a + b, 0) / 1000).toFixed(1)} kB gz`);
}
