// A small real job for the tests of lib/jobs: counts to n, one row of progress and a cursor for each number.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { runSteps } from "@/lib/jobs/chain";
import { defineJob, done, type Handler, RetryLater, skipped } from "@/lib/jobs/define";
import { createRegistry, on } from "@/lib/jobs/registry";

export const countJob = defineJob({
  name: "count",
  schema: z.object({
    to: z.int().min(0),
    stepMs: z.number().default(0),
    failAt: z.int().optional(),
    failWith: z.enum(["error", "app-error", "later", "skip"]).default("error"),
  }),
  lane: "batch",
  maxAttempts: 2,
});

/** Numbers counted in this process, over all attempts, and runs whose debris was removed. */
export const counted: number[] = [];
export const discarded: string[] = [];
let laterOnce = true;

const handleCount: Handler<typeof countJob> = async ({ params, cursor, signal, progress, saveCursor, emit }) => {
  const start = cursor as { next: number } | null;
  for (let i = start?.next ?? 0; i < params.to; i++) {
    if (params.failAt === i) {
      if (params.failWith === "skip") return skipped("there is nothing to count");
      if (params.failWith === "app-error") throw new AppError("SAE_NOT_READY", "Train the SAE first.");
      if (params.failWith === "error") throw new Error("a secret detail");
      if (laterOnce) {
        laterOnce = false;
        throw new RetryLater(0);
      }
    }
    signal.throwIfAborted();
    counted.push(i);
    await sleep(params.stepMs, undefined, { signal });
    progress({ stage: "count", done: i + 1, total: params.to });
    await saveCursor({ next: i + 1 });
    if (i === 0) await emit("token", { text: "one" });
  }
  return done({ counted: params.to, from: start?.next ?? 0 });
};

export const chainJob = defineJob({
  name: "chain",
  schema: z.object({ first: z.int(), failAt: z.int().optional() }),
  lane: "batch",
});

const handleChain: Handler<typeof chainJob> = (context) =>
  runSteps(context, [
    {
      name: "first",
      job: countJob,
      params: () => ({ to: context.params.first, failAt: context.params.failAt, failWith: "app-error" }),
    },
    { name: "left-out", job: countJob, params: () => undefined },
    { name: "second", job: countJob, params: ({ first }) => ({ to: (first as { counted: number }).counted + 1 }) },
  ]);

export const registry = createRegistry([
  on(countJob, async () => handleCount, { discard: async (run) => void discarded.push(run.id) }),
  on(chainJob, async () => handleChain),
]);
