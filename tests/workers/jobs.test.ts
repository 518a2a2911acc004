import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db/client";
import { cancelRun, retryRun } from "@/lib/jobs/control";
import { startRun } from "@/lib/jobs/start";
import { drainQueue } from "@/lib/jobs/worker";
import { chainJob, counted, countJob, discarded, registry } from "./counting-job";

const load = (id: string) => db().run.findUniqueOrThrow({ where: { id } });
const events = (runId: string) => db().runEvent.findMany({ where: { runId }, orderBy: { seq: "asc" } });
const dueNow = () => db().$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;

beforeEach(() => {
  counted.length = 0;
  discarded.length = 0;
});

describe("a run", () => {
  it("goes from queued to done and leaves its progress, events and result", async () => {
    const run = await startRun(countJob, { to: 5 });
    expect(run).toMatchObject({ state: "queued", kind: "count", params: { to: 5, stepMs: 0, failWith: "error" } });
    await drainQueue(registry);
    const after = await load(run.id);
    expect(after).toMatchObject({
      state: "done",
      attempts: 1,
      done: 5,
      total: 5,
      stage: "count",
      result: { counted: 5, from: 0 },
      error: null,
    });
    expect(after.finishedAt).not.toBeNull();
    expect(Object.keys(after.timings as object)).toEqual(["count"]);
    const seen = await events(run.id);
    expect(seen.map((e) => e.seq)).toEqual(seen.map((_, i) => i + 1));
    expect(seen.at(0)).toMatchObject({ type: "progress", data: { state: "queued" } });
    expect(seen.at(-1)).toMatchObject({ type: "done" });
    expect(seen.filter((e) => e.type === "token")).toHaveLength(1);
  });

  it("leaves neither row nor job when the transaction that started it fails", async () => {
    const broken = db().$transaction(async (tx) => {
      await startRun(countJob, { to: 1 }, { tx });
      throw new Error("stop");
    });
    await expect(broken).rejects.toThrow("stop");
    await drainQueue(registry);
    expect(counted).toEqual([]);
  });

  it("refuses parameters that do not fit the job", async () => {
    await expect(startRun(countJob, { to: -1 })).rejects.toThrow();
  });

  it("is retried at its cursor and fails only when its attempts are spent, without leaking the reason", async () => {
    const run = await startRun(countJob, { to: 4, failAt: 2 });
    await drainQueue(registry);
    expect(await load(run.id)).toMatchObject({
      state: "queued",
      attempts: 1,
      cursor: { next: 2 },
      error: { code: "INTERNAL" },
    });
    await dueNow();
    await drainQueue(registry);
    const failed = await load(run.id);
    expect(failed).toMatchObject({ state: "failed", attempts: 2, error: { code: "INTERNAL" } });
    expect(JSON.stringify(failed.error)).not.toContain("secret");
    expect(counted).toEqual([0, 1]);
    const errors = (await events(run.id)).filter((e) => e.type === "error");
    expect(errors.map((e) => (e.data as { retrying?: boolean }).retrying ?? false)).toEqual([true, false]);
  });

  it("fails at once when only a person can mend it", async () => {
    const run = await startRun(countJob, { to: 4, failAt: 1, failWith: "app-error" });
    await drainQueue(registry);
    expect(await load(run.id)).toMatchObject({
      state: "failed",
      attempts: 1,
      error: { code: "SAE_NOT_READY", detail: "Train the SAE first." },
    });
  });

  it("may ask to be called later without spending an attempt, or skip", async () => {
    const later = await startRun(countJob, { to: 2, failAt: 1, failWith: "later" });
    const skip = await startRun(countJob, { to: 2, failAt: 0, failWith: "skip" });
    await drainQueue(registry);
    expect(await load(later.id)).toMatchObject({ state: "done", attempts: 1, result: { from: 1 } });
    expect(await load(skip.id)).toMatchObject({ state: "done", result: { skipped: "there is nothing to count" } });
  });

  it("cancelled while queued never starts, is discarded, and can be retried", async () => {
    const run = await startRun(countJob, { to: 3 });
    await cancelRun(run.id);
    await cancelRun(run.id);
    await drainQueue(registry);
    expect(counted).toEqual([]);
    expect(discarded).toEqual([run.id]);
    expect(await load(run.id)).toMatchObject({ state: "cancelled", error: { code: "RUN_CANCELLED" } });
    await retryRun(run.id);
    await drainQueue(registry);
    expect(await load(run.id)).toMatchObject({ state: "done", error: null });
    await expect(cancelRun(run.id)).rejects.toMatchObject({ code: "RUN_FINISHED" });
    await expect(retryRun(run.id)).rejects.toMatchObject({ code: "RUN_FINISHED" });
    await expect(retryRun("r11111111111")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("cancelled while running stops its handler, keeps the row cancelled, and is discarded", async () => {
    const run = await startRun(countJob, { to: 1000, stepMs: 20 });
    const draining = drainQueue(registry);
    while (counted.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    await cancelRun(run.id);
    await draining;
    expect(counted.length).toBeLessThan(30);
    expect(await load(run.id)).toMatchObject({ state: "cancelled", cursor: null });
    expect(discarded).toEqual([run.id]);
  });
});

describe("a run made of steps", () => {
  it("starts each step when the one before is done, and holds their results", async () => {
    const run = await startRun(chainJob, { first: 2 });
    await drainQueue(registry);
    expect(await load(run.id)).toMatchObject({
      state: "done",
      result: { first: { counted: 2, from: 0 }, second: { counted: 3, from: 0 } },
      done: 3,
      total: 3,
    });
    expect(await db().run.count({ where: { parentId: run.id } })).toBe(2);
  });

  it("fails with its step, and goes on when that step is retried", async () => {
    const run = await startRun(chainJob, { first: 3, failAt: 1 });
    await drainQueue(registry);
    expect(await load(run.id)).toMatchObject({
      state: "failed",
      error: { detail: "Step first failed: Train the SAE first." },
    });
    const child = await db().run.findFirstOrThrow({ where: { parentId: run.id } });
    await db().run.update({ where: { id: child.id }, data: { params: { to: 3 } } });
    await retryRun(child.id);
    await drainQueue(registry);
    expect(await load(run.id)).toMatchObject({ state: "done", result: { second: { counted: 4 } } });
  });

  it("takes its steps along when it is cancelled and retried", async () => {
    const run = await startRun(chainJob, { first: 2 });
    await db()
      .$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now() + interval '1 hour' WHERE key = ${run.id}`;
    await startRun(countJob, { to: 2 }, { parent: { id: run.id, step: "first" } });
    await cancelRun(run.id);
    expect(await db().run.findFirst({ where: { parentId: run.id } })).toMatchObject({ state: "cancelled" });
    await retryRun(run.id);
    await drainQueue(registry);
    expect(await load(run.id)).toMatchObject({ state: "done" });
  });
});
