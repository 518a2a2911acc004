/**
 * Explains many features by an endpoint that goes wrong in a tenth of its answers, in every way there is, with a worker that is
 * killed twice; then holds explanations and account against the server's own record:
 *
 *     npx tsx --conditions=react-server tests/bench/explain-faults.ts --features 10000
 *
 * Everything is made in a temporary folder. Ends with 1 when something was lost, done twice, or counted wrongly.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startExplain } from "@/lib/autointerp/mutations";
import { closeDb, db } from "@/lib/db/client";
import { startEmbedded } from "@/lib/db/embedded";
import { prepareDatabase } from "@/lib/jobs/prepare";
import { accountOf } from "@/lib/llm/data";
import { faulty, startChatServer } from "../helpers/chat-server";
import { makeExplainable } from "../helpers/explainable";
import { killNow, startBatchWorker } from "../helpers/worker-process";

const { values: args } = parseArgs({
  options: {
    features: { type: "string", default: "10000" },
    share: { type: "string", default: "0.1" },
    concurrency: { type: "string", default: "8" },
    latency: { type: "string", default: "20" },
  },
});
const n = Number(args.features);
const isOn = (state: string) => state === "queued" || state === "running";
function groupBy<T>(list: readonly T[], key: (item: T) => string): Record<string, T[]> {
  const groups: Record<string, T[]> = {};
  for (const item of list) {
    const name = key(item);
    groups[name] ??= [];
    groups[name].push(item);
  }
  return groups;
}
const print = (line: string) => process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), "fovea-explain-"));
chmodSync(folder, 0o755);
process.env.FOVEA_HOME = folder;

const postgres = await startEmbedded({ folder: join(folder, "database"), durable: false });
await prepareDatabase(postgres.url);
const behave = faulty(7, Number(args.share));
const server = await startChatServer({
  behave: (key, nth) => (key.startsWith("probe") ? "ok" : behave(key, nth)),
  latencyMs: Number(args.latency),
  slowMs: 2500,
});
const settings = {
  DATABASE_URL: postgres.url,
  EXPLAINER_BASE_URL: server.url,
  EXPLAINER_MODEL: "test-model",
  EXPLAINER_CONCURRENCY: args.concurrency,
  EXPLAINER_TIMEOUT_MS: "2000",
};
Object.assign(process.env, settings);
const saeId = await makeExplainable(n, 500);
print(`${n} features wait`);

const started = performance.now();
const run = await startExplain({ saeId, explainer: "endpoint" });
const read = () => db().run.findUniqueOrThrow({ where: { id: run.id } });
let worker = await startBatchWorker();
for (const share of [1 / 3, 2 / 3]) {
  for (let row = await read(); row.done < share * n && isOn(row.state); row = await read()) await sleep(200);
  await killNow(worker);
  const { done, attempts } = await read();
  print(`killed at ${done} features, attempt ${attempts}, ${((performance.now() - started) / 1000).toFixed(0)} s`);
  worker = await startBatchWorker();
}
for (let row = await read(); isOn(row.state); row = await read()) await sleep(500);
const seconds = (performance.now() - started) / 1000;
await killNow(worker);

const { state, attempts, error } = await read();
const [explanations, calls, account] = [
  await db().explanation.findMany({ where: { saeId }, select: { index: true, status: true, text: true } }),
  await db().explainerCall.findMany({ where: { runId: run.id } }),
  await accountOf(run.id),
];
const byStatus = groupBy(explanations, (e) => e.status);
const indices = new Set(explanations.map((e) => e.index));
const theirs = new Map(server.received.map((r) => [r.key, r]));
const keyOf = (call: { key: string; attempt: number }) => `${run.id}/${call.key}/${call.attempt}`;
const ours = new Map(calls.map((call) => [keyOf(call), call]));
const ended = calls.filter((call) => call.state !== "sent");
const served = new Map(server.received.flatMap((r) => (r.content ? [[r.key, r.content] as const] : [])));
const labelOf = new Map(
  ended.flatMap((call) => (call.state === "answered" ? [[call.key, served.get(keyOf(call))] as const] : [])),
);
const wrongLabels = (byStatus.explained ?? []).filter((e) => {
  const said = labelOf.get(`explain/${e.index}`);
  return !said || JSON.parse(said).label !== e.text;
});
const answeredTwice = Object.values(
  groupBy(
    calls.filter((call) => call.state === "answered"),
    (call) => call.key,
  ),
).filter((list) => list.length > 1).length;
const sum = (list: readonly (number | null | undefined)[]) => list.reduce<number>((a, b) => a + (b ?? 0), 0);
const serverTokens = (keys: Iterable<string>) => {
  const list = [...keys].map((key) => theirs.get(key)?.tokens);
  return `${sum(list.map((t) => t?.prompt))} in, ${sum(list.map((t) => t?.completion))} out`;
};
const mine = `${account.promptTokens} in, ${account.completionTokens} out`;
const record = serverTokens(ended.map(keyOf));
const lost = calls.filter((call) => call.state === "sent");
const problems = {
  "features without an explanation": n - indices.size,
  "explanations beyond one a feature": explanations.length - indices.size,
  "explained without a text, or with one otherwise": explanations.filter(
    (e) => (e.text !== null) !== (e.status === "explained"),
  ).length,
  "labels that the server did not give": wrongLabels.length,
  "questions answered twice": answeredTwice,
  "requests that only the server knows": [...theirs.keys()].filter((key) => !ours.has(key)).length,
  "ended requests that only the ledger knows": ended.filter((call) => !theirs.has(keyOf(call))).length,
  "requests with other tokens": ended.filter(
    (call) => (call.promptTokens ?? null) !== (theirs.get(keyOf(call))?.tokens?.prompt ?? null),
  ).length,
};
print(`\nrun ${state} in ${attempts} attempts, ${seconds.toFixed(0)} s${error ? ` ${JSON.stringify(error)}` : ""}`);
print(
  `explanations: ${Object.entries(byStatus)
    .map(([status, list]) => `${status} ${list.length}`)
    .join(", ")}`,
);
print(
  `requests: ${account.calls} by the ledger (${account.answered} answered, ${account.refused} refused, ${account.failed} failed, ${account.lost} lost), ${server.received.length} by the server`,
);
print(
  `lost with a killed worker: ${lost.length}, of which the server saw ${lost.filter((call) => theirs.has(keyOf(call))).length} (${serverTokens(lost.map(keyOf))})`,
);
print(`tokens: ${mine} by the ledger; ${record} by the server for the same requests`);
const counts = Object.entries(groupBy(server.received, (r) => r.behaviour)).map(
  ([name, list]) => `${name} ${list.length}`,
);
print(`the server did: ${counts.join(", ")}`);
for (const [what, count] of Object.entries(problems)) print(`${what}: ${count}`);
if (state !== "done" || mine !== record || Object.values(problems).some((count) => count > 0)) process.exitCode = 1;

await server.close();
await closeDb();
await postgres.stop();
rmSync(folder, { recursive: true, force: true });
