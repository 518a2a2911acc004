import { afterEach, describe, expect, it } from "vitest";
import { POST as cancel } from "@/app/api/v1/runs/[id]/cancel/route";
import { GET as watch } from "@/app/api/v1/runs/[id]/events/route";
import { GET as getResult } from "@/app/api/v1/runs/[id]/result/route";
import { POST as retry } from "@/app/api/v1/runs/[id]/retry/route";
import { GET as getRun } from "@/app/api/v1/runs/[id]/route";
import { GET as listRuns, POST as postRun } from "@/app/api/v1/runs/route";
import { problemSchema } from "@/lib/core/problem";
import { startRun } from "@/lib/jobs/start";
import { drainQueue } from "@/lib/jobs/worker";
import { listRunsContract, runSchema } from "@/lib/runs/schema";
import { answer, resetEnvironment } from "../helpers/call-route";
import { counted, countJob, registry } from "../workers/counting-job";

afterEach(resetEnvironment);

describe("GET /runs", () => {
  it("pages through runs, newest first, and refuses a cursor of another filter", async () => {
    for (let i = 0; i < 5; i++) await startRun(countJob, { to: i });
    const page = async (query: string) =>
      listRunsContract.response!.parse((await answer(listRuns, `/runs?${query}`)).json);
    const first = await page("limit=2&state=queued");
    const second = await page(`limit=2&state=queued&cursor=${first.nextCursor}`);
    const third = await page(`limit=2&state=queued&cursor=${second.nextCursor}`);
    const all = [...first.items, ...second.items, ...third.items];
    expect(all.map((run) => (run.params as { to: number }).to)).toEqual([4, 3, 2, 1, 0]);
    expect(third.nextCursor).toBeNull();
    expect(await answer(listRuns, `/runs?cursor=${first.nextCursor}`)).toMatchObject({
      status: 400,
      json: { code: "CURSOR_MISMATCH" },
    });
    expect(await answer(listRuns, "/runs?state=gone")).toMatchObject({
      status: 400,
      json: { errors: [{ path: "state.0" }] },
    });
    expect(await answer(listRuns, "/runs?limit=1000")).toMatchObject({ status: 400, json: { code: "INVALID_INPUT" } });
    await drainQueue(registry);
  });
});

describe("one run", () => {
  it("is read with an ETag, and a repeat costs a 304", async () => {
    const run = await startRun(countJob, { to: 1 });
    const params = { id: run.id };
    const first = await answer(getRun, `/runs/${run.id}`, { params });
    expect(runSchema.parse(first.json)).toMatchObject({ id: run.id, state: "queued", resultUrl: null });
    const etag = first.response.headers.get("etag")!;
    expect((await answer(getRun, `/runs/${run.id}`, { params, headers: { "if-none-match": etag } })).status).toBe(304);
    expect(await answer(getResult, "/", { params })).toMatchObject({ status: 409, json: { code: "RUN_NOT_DONE" } });
    await drainQueue(registry);
    const changed = await answer(getRun, `/runs/${run.id}`, { params, headers: { "if-none-match": etag } });
    expect(changed).toMatchObject({ status: 200, json: { state: "done" } });
    expect((await answer(getResult, "/", { params })).json).toEqual({ counted: 1, from: 0 });
  });

  it("that does not exist is a problem document", async () => {
    const missing = await answer(getRun, "/runs/nope", { params: { id: "nope" } });
    expect(missing.response.headers.get("content-type")).toBe("application/problem+json");
    expect(problemSchema.parse(missing.json)).toMatchObject({
      status: 404,
      code: "NOT_FOUND",
      type: "/docs/errors#NOT_FOUND",
    });
    expect((await answer(watch, "/runs/nope/events", { params: { id: "nope" } })).status).toBe(404);
  });

  it("is cancelled and retried", async () => {
    const run = await startRun(countJob, { to: 1 });
    const options = { params: { id: run.id }, method: "POST" };
    expect((await answer(cancel, "/", options)).json).toMatchObject({
      state: "cancelled",
      error: { code: "RUN_CANCELLED" },
    });
    expect((await answer(retry, "/", options)).json).toMatchObject({ state: "queued", error: null });
    await drainQueue(registry);
    expect(await answer(cancel, "/", options)).toMatchObject({ status: 409, json: { code: "RUN_FINISHED" } });
  });
});

describe("POST /runs", () => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    answer(postRun, "/runs", { method: "POST", body, headers });

  it("refuses unknown kinds, other media and broken JSON in words", async () => {
    expect(await post({ kind: "nonsense" })).toMatchObject({ status: 400, json: { code: "INVALID_INPUT" } });
    expect(await post("{", { "content-type": "application/json" })).toMatchObject({ status: 400 });
    expect(await post("x=1", { "content-type": "application/x-www-form-urlencoded" })).toMatchObject({ status: 415 });
  });

  it("needs the token when one is set, and the same origin when none is", async () => {
    expect(await post({ kind: "x" }, { origin: "https://evil.example" })).toMatchObject({
      status: 403,
      json: { code: "ORIGIN_MISMATCH" },
    });
    expect(await post({ kind: "x" }, { origin: "http://localhost" })).toMatchObject({ status: 400 });
    resetEnvironment({ FOVEA_TOKEN: "a-long-secret" });
    expect(await post({ kind: "x" })).toMatchObject({ status: 401, json: { code: "TOKEN_MISSING" } });
    expect(await post({ kind: "x" }, { authorization: "Bearer wrong" })).toMatchObject({
      status: 401,
      json: { code: "TOKEN_INVALID" },
    });
    expect(await post({ kind: "x" }, { authorization: "Bearer a-long-secret" })).toMatchObject({ status: 400 });
    expect(await post({ kind: "x" }, { "x-api-key": "a-long-secret" })).toMatchObject({ status: 400 });
    expect((await answer(listRuns, "/runs")).status).toBe(200);
  });
});

describe("GET /runs/{id}/events", () => {
  const lines = (text: string) => text.split("\n\n").filter((block) => block.startsWith("id:"));
  const ids = (text: string) => lines(text).map((block) => Number(/^id: (\d+)/.exec(block)![1]));

  it("streams a run from its start to its end while it happens", async () => {
    counted.length = 0;
    const run = await startRun(countJob, { to: 6, stepMs: 60 });
    const params = { id: run.id };
    const watching = watch(new Request(`http://localhost/api/v1/runs/${run.id}/events`), {
      params: Promise.resolve(params),
    });
    const response = await watching;
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    const [text] = await Promise.all([response.text(), drainQueue(registry)]);
    expect(ids(text)).toEqual(ids(text).map((_, i) => i + 1));
    expect(lines(text).at(-1)).toContain("event: done");
    expect(text).toContain("event: token");
    expect(text.startsWith("retry: 2000\n\n")).toBe(true);

    // A reader that comes back gets only what it missed; one that missed nothing gets the end once more.
    const last = ids(text).at(-1)!;
    const again = await answer(watch, "/", { params, headers: { "last-event-id": String(last - 2) } });
    expect(ids(again.text)).toEqual([last - 1, last]);
    const byQuery = await answer(watch, `/runs/x/events?after=${last}`, { params });
    expect(ids(byQuery.text)).toEqual([last]);
    expect(byQuery.text).toContain("event: done");
  });

  it("ends with a problem when the run fails, and survives its retry", async () => {
    const run = await startRun(countJob, { to: 3, failAt: 1, failWith: "app-error" });
    await drainQueue(registry);
    const failed = await answer(watch, "/", { params: { id: run.id } });
    expect(lines(failed.text).at(-1)).toContain('"code":"SAE_NOT_READY"');
    await answer(retry, "/", { params: { id: run.id }, method: "POST" });
    await drainQueue(registry);
    const after = await answer(watch, "/", { params: { id: run.id } });
    expect(after.text.match(/event: error/g)).toHaveLength(2);
    expect(after.text).toContain('"retrying":true');
  });

  it("stops watching when the reader goes away", async () => {
    const run = await startRun(countJob, { to: 3 });
    const gone = new AbortController();
    const request = new Request("http://localhost/", { signal: gone.signal });
    const response = await watch(request, { params: Promise.resolve({ id: run.id }) });
    const reader = response.body!.getReader();
    await reader.read();
    gone.abort();
    await reader.cancel();
    await drainQueue(registry);
  });
});
