import { setTimeout as sleep } from "node:timers/promises";
import { getRun, listRuns } from "../lib/runs/data";
import type { Run } from "../lib/runs/schema";

const seconds = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);

/** One line about a step at work: `collect  1,204 of 2,500  83 a second  15 s left`. */
export function progressLine(run: Run): string {
  const { stage, done, total, rate, etaMs } = run.progress;
  const count = total ? `${Math.round(done).toLocaleString("en")} of ${Math.round(total).toLocaleString("en")}` : "";
  const parts = [
    run.step ?? run.kind,
    stage && stage !== run.step ? stage : "",
    count,
    rate ? `${rate >= 10 ? Math.round(rate) : rate.toFixed(1)} a second` : "",
    etaMs ? `${seconds(etaMs)} left` : "",
  ];
  return parts.filter(Boolean).join("  ");
}

const ended = (run: Run): boolean => run.state === "done" || run.state === "failed" || run.state === "cancelled";
const lasted = (run: Run): number =>
  run.finishedAt && run.startedAt ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : 0;

/**
 * Prints the steps of the demo run as they go and, at its end, where the time went. Returns false if the run failed.
 * @param options.began performance.now() at the start of the command.
 */
export async function followDemo(runId: string, options: { began: number; port: number }): Promise<boolean> {
  const told = new Set<string>();
  const already = ended(await getRun(runId));
  let width = 0;
  const show = (line: string): void => {
    if (process.stdout.isTTY) process.stdout.write(`\r${line.padEnd(width)}`);
    width = line.length;
  };
  for (;;) {
    const run = await getRun(runId);
    const { items } = await listRuns({ limit: 100, parent: runId });
    const steps = items.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    for (const step of steps.filter((s) => s.state === "done" && !told.has(s.id))) {
      told.add(step.id);
      if (already) continue;
      const at = seconds(performance.now() - options.began);
      show("");
      process.stdout.write(
        `${process.stdout.isTTY ? "\r" : ""}${(step.step ?? step.kind).padEnd(16)} ${seconds(lasted(step)).padStart(8)}   (${at} after start)\n`,
      );
      if (step.step === "collect")
        console.log(`\n  Features can be browsed now (${at} after start): http://localhost:${options.port}\n`);
    }
    const working = steps.find((s) => s.state === "running");
    if (working) show(`  ${progressLine(working)}`);
    if (ended(run)) {
      if (run.state !== "done") {
        console.error(
          `\nThe demo run ${run.state}: ${run.error?.detail ?? "see its page"}  http://localhost:${options.port}/run/${runId}`,
        );
        return false;
      }
      if (!already) report(steps, performance.now() - options.began);
      return true;
    }
    await sleep(500);
  }
}

function report(steps: Run[], totalMs: number): void {
  say("\nWhere the time went");
  for (const step of steps) {
    const share = lasted(step) / totalMs;
    say(
      `${(step.step ?? step.kind).padEnd(16)} ${seconds(lasted(step)).padStart(8)}  ${"▬".repeat(Math.max(1, Math.round(share * 40)))}`,
    );
  }
  say(`${"whole demo".padEnd(16)} ${seconds(totalMs).padStart(8)}\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
