import type { ChildProcess } from "node:child_process";
import { afterEach, expect, it } from "vitest";
import { startExplain } from "@/lib/autointerp/mutations";
import type { ExplainResult } from "@/lib/autointerp/types";
import { db } from "@/lib/db/client";
import { drainQueue } from "@/lib/jobs/worker";
import { registry } from "@/workers/registry";
import { resetEnvironment } from "../helpers/call-route";
import { type ChatServer, faulty, startChatServer } from "../helpers/chat-server";
import { compareAccounts } from "../helpers/compare-accounts";
import { makeExplainable } from "../helpers/explainable";
import { waitFor } from "../helpers/wait-for";
import { killNow, startBatchWorker } from "../helpers/worker-process";

const servers: ChatServer[] = [];
const workers: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map(killNow));
  await Promise.all(servers.splice(0).map((server) => server.close()));
  resetEnvironment();
});

async function start(options: Parameters<typeof startChatServer>[0], more: Record<string, string> = {}) {
  const server = await startChatServer(options);
  servers.push(server);
  const settings = {
    EXPLAINER_BASE_URL: server.url,
    EXPLAINER_MODEL: "test-model",
    EXPLAINER_TIMEOUT_MS: "2000",
    ...more,
  };
  resetEnvironment(settings);
  return server;
}
const load = (id: string) => db().run.findUniqueOrThrow({ where: { id } });
const explanationsOf = (saeId: string) => db().explanation.findMany({ where: { saeId }, orderBy: { index: "asc" } });

it("explains every feature once with a typed outcome, under faults of every kind, and the account is the server's", async () => {
  const behave = faulty(2, 0.3);
  const server = await start(
    { behave: (key, nth) => (key.startsWith("probe") ? "ok" : behave(key, nth)), slowMs: 2500 },
    { EXPLAINER_PRICE_IN: "1", EXPLAINER_PRICE_OUT: "2", EXPLAINER_CONCURRENCY: "8" },
  );
  const saeId = await makeExplainable(40, 60, "faults");
  const run = await startExplain({ saeId, explainer: "endpoint" });
  await drainQueue(registry);
  const { state, error, result } = await load(run.id);
  expect(error).toBeNull();
  expect(state).toBe("done");
  const explanations = await explanationsOf(saeId);
  expect(explanations.map((e) => e.index)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  for (const e of explanations) {
    expect(e.text !== null).toBe(e.status === "explained");
    expect(e.explainerModel).toBe("test-model");
    if (e.status === "explained") expect(e.translations).toEqual({ zh: expect.stringMatching(/^东西/) });
    // What was said last to this question is what was stored.
    const last = server.received.filter((r) => r.key.startsWith(`${run.id}/explain/${e.index}/`)).at(-1)!;
    if (last.content?.startsWith("{")) expect(JSON.parse(last.content).label).toBe(e.text);
    if (last.behaviour === "wrong-answer")
      expect(e).toMatchObject({ status: "unparsed", evidence: { raw: last.content } });
    if (last.behaviour === "refusal") expect(e.status).toBe("declined");
  }
  const features = await db().feature.findMany({ where: { saeId }, orderBy: { index: "asc" } });
  expect(features.map((f) => [f.status, f.label])).toEqual(explanations.map((e) => [e.status, e.text]));
  const account = await compareAccounts(run.id, server);
  expect(account).toMatchObject({ lost: 0 });
  const { account: told, passes, ...counts } = result as unknown as ExplainResult;
  expect(told).toEqual({ ...account, price: (account.promptTokens + 2 * account.completionTokens) / 1e6 });
  expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(40);
  expect(passes).toMatchObject([{ explainer: "endpoint", features: 40, copied: 0, stopped: false }]);
}, 60_000);

it("goes on where a killed worker was: nothing lost, nothing asked again that was answered", async () => {
  const server = await start({ latencyMs: 40 });
  const saeId = await makeExplainable(80, 60, "killed");
  const run = await startExplain({ saeId, explainer: "endpoint" });
  const first = await startBatchWorker();
  workers.push(first);
  await waitFor("some explanations", async () => (await db().explanation.count({ where: { saeId } })) >= 15, 60_000);
  await killNow(first);
  const kept = await db().explanation.count({ where: { saeId } });
  expect(kept).toBeLessThan(80);
  workers.push(await startBatchWorker());
  await waitFor("the run to end", async () => (await load(run.id)).state === "done", 60_000);
  expect((await load(run.id)).attempts).toBe(2);
  const explanations = await explanationsOf(saeId);
  expect(explanations.map((e) => [e.index, e.status])).toEqual(Array.from({ length: 80 }, (_, i) => [i, "explained"]));
  const account = await compareAccounts(run.id, server);
  expect(account.answered).toBe(81);
  expect(account.calls).toBe(81 + account.lost);
  // At most four are under way, and as many have been answered and are being written down.
  expect(account.lost).toBeLessThanOrEqual(8);
}, 120_000);

it("ends at once when the key is wrong, says what to do, and keeps what is done", async () => {
  let asked = 0;
  await start({ behave: (key) => (key.startsWith("probe") || ++asked <= 10 ? "ok" : "401") });
  const saeId = await makeExplainable(60, 60, "key");
  const run = await startExplain({ saeId, explainer: "endpoint" });
  await drainQueue(registry);
  const { state, error, attempts } = await load(run.id);
  expect({ state, attempts }).toEqual({ state: "failed", attempts: 1 });
  expect(error).toMatchObject({ code: "EXPLAINER_FAILED", detail: expect.stringContaining("check EXPLAINER_API_KEY") });
  const explanations = await explanationsOf(saeId);
  expect(explanations.map((e) => e.status)).toEqual(Array.from({ length: 10 }, () => "explained"));
  expect(await db().feature.count({ where: { saeId, status: "pending" } })).toBe(50);
});

it("tries a feature that failed again in the next run, not in the same one", async () => {
  let broken = true;
  const server = await start({ behave: (key) => (broken && key === "explain/0" ? "400" : "ok") });
  const saeId = await makeExplainable(4, 20, "again");
  const explain = async (limit: number) => {
    const run = await startExplain({ saeId, explainer: "endpoint", limit });
    await drainQueue(registry);
    expect((await load(run.id)).error).toBeNull();
    const asked = server.received.filter((r) => r.key.startsWith(`${run.id}/explain/`));
    return asked.map((r) => Number(r.key.split("/")[2])).sort();
  };
  expect(await explain(3)).toEqual([0, 1, 2]);
  expect(await explanationsOf(saeId)).toMatchObject([
    { status: "failed", reason: "400 The prompt is too long." },
    { status: "explained" },
    { status: "explained" },
  ]);
  broken = false;
  expect(await explain(9)).toEqual([0, 3]);
  expect((await explanationsOf(saeId)).map((e) => e.status)).toEqual(Array.from({ length: 4 }, () => "explained"));
});

it("says that no endpoint is set", async () => {
  resetEnvironment();
  for (const name of ["EXPLAINER_BASE_URL", "EXPLAINER_MODEL"]) delete process.env[name];
  resetEnvironment();
  const saeId = await makeExplainable(2, 20, "none");
  const run = await startExplain({ saeId, explainer: "endpoint" });
  await drainQueue(registry);
  expect((await load(run.id)).error).toMatchObject({ detail: expect.stringContaining("EXPLAINER_BASE_URL") });
});
