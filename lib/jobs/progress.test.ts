import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ProgressReporter, type ProgressState } from "./progress";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function start(timings: Record<string, number> | null = null) {
  const written: ProgressState[] = [];
  const reporter = new ProgressReporter({ timings }, { write: async (state) => void written.push(state) });
  return { reporter, written };
}

it("writes at most four times a second and always the newest state", async () => {
  const { reporter, written } = start();
  for (let done = 1; done <= 1000; done++) {
    reporter.report({ stage: "count", done, total: 1000 });
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(written.length).toBeLessThanOrEqual(5);
  await reporter.flush();
  expect(written.at(-1)).toMatchObject({ done: 1000, total: 1000 });
});

it("measures items per second over the last ten seconds and the time that is left", async () => {
  const { reporter, written } = start();
  for (let second = 0; second <= 30; second++) {
    // Slow for twenty seconds, then ten a second.
    reporter.report({ stage: "train", done: second <= 20 ? second : 20 + (second - 20) * 10, total: 220 });
    await vi.advanceTimersByTimeAsync(1000);
  }
  const last = written.at(-1)!;
  expect(last.rate).toBeCloseTo(10, 0);
  expect(last.etaMs).toBeCloseTo(10_000, -3);
  expect(last.timings.train).toBe(30_000);
});

it("starts afresh with each stage, keeps what a message said, and adds up the time of earlier attempts", async () => {
  const { reporter, written } = start({ load: 500 });
  reporter.report({ stage: "load", done: 1, message: "reading" });
  await vi.advanceTimersByTimeAsync(1000);
  reporter.report({ stage: "load", done: 2, metrics: { loss: 1 } });
  await vi.advanceTimersByTimeAsync(1000);
  reporter.report({ stage: "train", done: 0 });
  await reporter.flush();
  expect(written.map((s) => [s.stage, s.message, s.timings.load])).toEqual([
    ["load", "reading", 500],
    ["load", "reading", 1500],
    ["train", null, 1500],
  ]);
  expect(written[2]).toMatchObject({ rate: null, etaMs: null, metrics: null });
});

it("writes nothing more after stop", async () => {
  const { reporter, written } = start();
  reporter.report({ stage: "a", done: 1 });
  reporter.report({ stage: "a", done: 2 });
  reporter.stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(written).toHaveLength(1);
});
