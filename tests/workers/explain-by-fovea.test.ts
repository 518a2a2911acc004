import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { POST as complete } from "@/app/v1/chat/completions/route";
import { GET as listModels } from "@/app/v1/models/route";
import { startExplain } from "@/lib/autointerp/mutations";
import type { ExplainResult } from "@/lib/autointerp/types";
import { db } from "@/lib/db/client";
import { type RunningWorker, startWorker } from "@/lib/jobs/worker";
import { registerModelFolder } from "@/lib/training/register";
import { registry } from "@/workers/registry";
import { resetEnvironment } from "../helpers/call-route";
import { makeExplainable } from "../helpers/explainable";
import { waitFor } from "../helpers/wait-for";

const SLUG = "tiny-llava-emoji";
const FEATURES = 4;

let server: Server;
let worker: RunningWorker;

/** The product's own door to its models, on a port as an endpoint needs one. */
beforeAll(async () => {
  await registerModelFolder(`models/${SLUG}`, { slug: SLUG, title: "Tiny" });
  server = createServer(async (incoming, outgoing) => {
    const raw: Buffer[] = [];
    for await (const chunk of incoming) raw.push(chunk as Buffer);
    const { method = "GET", url = "/" } = incoming;
    const headers = { "content-type": "application/json", host: "localhost" };
    const body = method === "POST" ? { body: Buffer.concat(raw).toString() } : {};
    const request = new Request(`http://localhost${url}`, { method, headers, ...body });
    const route = url === "/v1/models" ? listModels : complete;
    const answer = await route(request, { params: Promise.resolve({}) });
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  worker = await startWorker(registry, ["interactive", "batch"]);
}, 120_000);

afterAll(async () => {
  await worker.stop();
  server.closeAllConnections();
  server.close();
  resetEnvironment();
});

it("the product's own models explain through its own chat interface, region by region", async () => {
  const { port } = server.address() as AddressInfo;
  resetEnvironment({ EXPLAINER_BASE_URL: `http://127.0.0.1:${port}/v1`, EXPLAINER_MODEL: SLUG });
  const saeId = await makeExplainable(FEATURES, 12, "by-fovea");
  const run = await startExplain({ saeId, explainer: "endpoint" });
  const ended = await waitFor(
    "the run to end",
    async () => {
      const row = await db().run.findUniqueOrThrow({ where: { id: run.id } });
      return row.state === "queued" || row.state === "running" ? undefined : row;
    },
    100_000,
  );
  expect(ended.error).toBeNull();
  const explanations = await db().explanation.findMany({ where: { saeId }, orderBy: { index: "asc" } });
  expect(explanations.map((e) => [e.index, e.explainer, e.explainerModel, e.promptVersion])).toEqual(
    Array.from({ length: FEATURES }, (_, i) => [i, "endpoint", SLUG, "endpoint-self-3"]),
  );
  for (const e of explanations) expect(["explained", "declined", "unparsed"]).toContain(e.status);
  const calls = await db().explainerCall.findMany({ where: { runId: run.id } });
  expect(calls.every((call) => call.state === "answered" && call.key.startsWith("region/"))).toBe(true);
  expect(new Set(calls.map((call) => call.key)).size).toBe(calls.length);
  const { account } = ended.result as unknown as ExplainResult;
  expect(account).toMatchObject({ calls: calls.length, answered: calls.length, failed: 0, lost: 0, price: null });
  expect(account!.promptTokens).toBe(calls.reduce((sum, call) => sum + (call.promptTokens ?? 0), 0));
  expect(account!.completionTokens).toBeGreaterThan(0);
}, 120_000);
