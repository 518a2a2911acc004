import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, expect, it } from "vitest";
import { db } from "@/lib/db/client";
import { cancelRun } from "@/lib/jobs/control";
import { liveWorkers } from "@/lib/jobs/presence";
import { startRun } from "@/lib/jobs/start";
import { waitFor } from "../helpers/wait-for";
import { countJob } from "./counting-job";

const started: ChildProcess[] = [];

async function startWorkerProcess(): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", "tests/workers/counting-worker.ts"],
    {
      env: process.env,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  started.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`worker ended with ${code}`)));
  });
  return child;
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", resolve));
}

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill("SIGKILL");
    await ended(child);
  }
});

const load = (id: string) => db().run.findUniqueOrThrow({ where: { id } });
const reaches = (id: string, count: number) => waitFor(`${count} counted`, async () => (await load(id)).done >= count);

it("a run survives kill -9 of its worker: another one resumes at the cursor within seconds", async () => {
  const run = await startRun(countJob, { to: 60, stepMs: 25 });
  const first = await startWorkerProcess();
  await reaches(run.id, 10);
  first.kill("SIGKILL");
  await ended(first);
  expect(await load(run.id)).toMatchObject({ state: "running" });
  await waitFor("no live worker", async () => (await liveWorkers()).batch === 0);

  await startWorkerProcess();
  // The queue on its own would wait four hours for the dead worker.
  await waitFor("a second attempt", async () => (await load(run.id)).attempts === 2, 5000);
  const after = await waitFor("the run to end", async () =>
    (await load(run.id)).state === "done" ? load(run.id) : undefined,
  );
  expect(after).toMatchObject({ attempts: 2, done: 60 });
  expect((after.result as { from: number }).from).toBeGreaterThanOrEqual(10);
  expect(await liveWorkers()).toEqual({ interactive: 0, batch: 1 });
});

it("SIGTERM drains: the run goes back to the queue without spending an attempt; a cancel reaches another process", async () => {
  const run = await startRun(countJob, { to: 10_000, stepMs: 20 });
  const first = await startWorkerProcess();
  await reaches(run.id, 3);
  first.kill("SIGTERM");
  expect(await ended(first)).toBe(0);
  expect(await load(run.id)).toMatchObject({ state: "queued", attempts: 0 });

  await startWorkerProcess();
  await waitFor("a second attempt", async () => (await load(run.id)).state === "running");
  await cancelRun(run.id);
  // The discard runs after the handler has stopped, and clears the cursor.
  await waitFor("the discard", async () => (await load(run.id)).cursor === null);
  expect(await load(run.id)).toMatchObject({ state: "cancelled" });
});
