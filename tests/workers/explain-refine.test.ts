import sharp from "sharp";
import { afterEach, expect, it } from "vitest";
import { getCollectedSae } from "@/lib/autointerp/data";
import type { explainJob } from "@/lib/autointerp/job";
import { startExplain } from "@/lib/autointerp/mutations";
import type { ExplanationCost, ExplanationEvidence } from "@/lib/autointerp/schema";
import { sha256 } from "@/lib/core/hash";
import { db } from "@/lib/db/client";
import type { Handler } from "@/lib/jobs/define";
import { blobs } from "@/lib/storage/blobs";
import { explainPass } from "@/workers/handlers/explain-pass";
import { openEndpoint } from "@/workers/handlers/open-explainer";
import { resetEnvironment } from "../helpers/call-route";
import { type ChatServer, faulty, startChatServer } from "../helpers/chat-server";
import { compareAccounts } from "../helpers/compare-accounts";
import { makeExplainable } from "../helpers/explainable";

const servers: ChatServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  resetEnvironment();
});

const pixelsOf = async (image: Uint8Array) => sha256(await sharp(image).removeAlpha().raw().toBuffer());

/** Tells from pixels which features fire in an image. */
async function whatFires(saeId: string) {
  const rows = await db().exemplar.findMany({ where: { saeId }, select: { index: true, sampleId: true, band: true } });
  const fires = new Set(rows.filter((r) => r.band !== "miss").map((r) => `${r.index}/${r.sampleId}`));
  const samples = await db().sample.findMany({ where: { kind: "image" }, select: { id: true, sha: true } });
  const ids = new Map<string, number>();
  for (const { id, sha } of samples) ids.set(await pixelsOf((await blobs().get(`images/${sha}`))!), id);
  return async (index: number, url: string) => {
    const id = ids.get(await pixelsOf(Buffer.from(url.slice(url.indexOf(",") + 1), "base64")));
    expect(id).toBeDefined();
    return fires.has(`${index}/${id}`);
  };
}

/** A server that is wrong about every second feature at first, and knows better of every fourth when it is shown why. */
async function start(saeId: string, options: Parameters<typeof startChatServer>[0] = {}) {
  const fires = await whatFires(saeId);
  const server = await startChatServer({
    say: async (question, text, images) => {
      const [what, at] = question.split("/");
      const index = Number(at);
      if (what === "explain") return { label: index % 2 === 1 ? "right thing" : "wrong thing" };
      if (what === "refine") {
        expect(text).toContain("So far the label was “wrong thing”");
        expect(text).toMatch(/- It does not fit images \d and \d, .*\n- It fits images \d and \d, /);
        return { label: index % 4 === 0 ? "right thing" : "other wrong thing" };
      }
      const right = text.includes("“right thing”");
      const found = await Promise.all(images.map((url) => what === "check" && fires(index, url)));
      return { numbers: found.flatMap((one, i) => (one === right ? [i + 1] : [])) };
    },
    ...options,
  });
  servers.push(server);
  resetEnvironment({ EXPLAINER_BASE_URL: server.url, EXPLAINER_MODEL: "test-model", EXPLAINER_TIMEOUT_MS: "2000" });
  return server;
}

/** The pass of the pipeline that asks the endpoint about features in doubt. */
async function explainDoubtful(saeId: string) {
  const run = await startExplain({ saeId });
  const signal = new AbortController().signal;
  const ctx = {
    ...{ run, signal, params: { saeId, explainer: "pipeline" }, cursor: null, blobs: blobs() },
    ...{ progress: () => {}, saveCursor: async () => {} },
  } as unknown as Parameters<Handler<typeof explainJob>>[0];
  const sae = await getCollectedSae(saeId);
  const opened = (await openEndpoint(ctx, sae, true))!;
  const pass = await explainPass(ctx, sae, opened.explainer, opened.context, { order: "need", doubtful: true });
  await opened.close();
  const explanations = await db().explanation.findMany({ where: { saeId }, orderBy: { index: "asc" } });
  return { run, pass, explanations };
}
const costOf = (e: { cost: unknown }) => e.cost as ExplanationCost;
const checksOf = (e: { evidence: unknown }) => (e.evidence as ExplanationEvidence).checks!;

it("mends labels with the samples that they are wrong about, keeps the first where that does not help, and counts it all", async () => {
  const saeId = await makeExplainable(8, 60, "refined");
  const server = await start(saeId);
  const { run, pass, explanations } = await explainDoubtful(saeId);
  expect(explanations.map((e) => e.text)).toEqual(
    Array.from({ length: 8 }, (_, i) => (i % 4 === 2 ? "wrong thing" : "right thing")),
  );
  expect(new Set(explanations.map((e) => e.promptVersion))).toEqual(new Set(["endpoint-1-refined-1"]));
  expect(explanations.map((e) => costOf(e).calls)).toEqual([4, 2, 4, 2, 4, 2, 4, 2]);
  expect(checksOf(explanations[0]!)).toMatchObject([
    { label: "wrong thing", kind: "image", right: 0, n: 4, balancedAccuracy: 0 },
    { label: "right thing", right: 4, n: 4, balancedAccuracy: 1, wrong: [] },
  ]);
  expect(checksOf(explanations[2]!)).toMatchObject([{ right: 0 }, { label: "other wrong thing", right: 0 }]);
  const account = await compareAccounts(run.id, server);
  // And one that tests the connection.
  expect(account).toMatchObject({ calls: 25, answered: 25 });
  expect(pass).toMatchObject({ features: 8, statuses: { explained: 8 }, cost: { calls: 24 } });
  const probe = server.received.find((r) => r.key.includes("/probe/"))!.tokens!;
  expect(pass.cost.promptTokens).toBe(account.promptTokens - probe.prompt);
}, 60_000);

it("gives every feature one outcome under faults of every kind, and the account is the server's", async () => {
  const saeId = await makeExplainable(24, 60, "refined-faults");
  const behave = faulty(3, 0.3);
  const server = await start(saeId, {
    behave: (key, nth) => (key.startsWith("probe") ? "ok" : behave(key, nth)),
    slowMs: 2500,
  });
  const { run, explanations } = await explainDoubtful(saeId);
  expect(explanations.map((e) => e.index)).toEqual(Array.from({ length: 24 }, (_, i) => i));
  for (const e of explanations) {
    expect(e.text !== null).toBe(e.status === "explained");
    if (e.status !== "explained") continue;
    const checks = checksOf(e);
    expect(checks.map((c) => c.label)).toContain(e.text);
    for (const { n, reason } of checks) expect(n === 0).toBe(reason !== undefined);
  }
  const broken = explanations.filter((e) => e.status === "explained" && checksOf(e).some((c) => c.reason || c.noOther));
  expect(broken.length).toBeGreaterThan(0);
  await compareAccounts(run.id, server);
}, 60_000);
