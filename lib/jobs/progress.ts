import type { Run } from "@/lib/db/generated/client";
import type { ProgressReport } from "./define";

/** State of a run as its row, its `progress` events and its page show it. */
export interface ProgressState {
  state: "running";
  stage: string;
  done: number;
  total: number | null;
  /** Items per second over the last ten seconds of this stage. */
  rate: number | null;
  etaMs: number | null;
  metrics: Record<string, number | null> | null;
  message: string | null;
  /** Milliseconds spent in each stage so far, earlier attempts included. */
  timings: Record<string, number>;
}

const RATE_WINDOW_MS = 10_000;

export interface ProgressOptions {
  /** Writes a state; a throw is handed to the next flush(). */
  write: (state: ProgressState) => Promise<void>;
  /** Shortest time between two writes. */
  everyMs?: number;
  now?: () => number;
}

/** Turns frequent reports into few writes: the first at once, then at most one per `everyMs`, the newest always last. */
export class ProgressReporter {
  private readonly timings: Record<string, number>;
  private readonly now: () => number;
  private readonly everyMs: number;
  private latest: ProgressState | undefined;
  private samples: { at: number; done: number }[] = [];
  private stageSince: number;
  private stageBefore = 0;
  private lastWrite = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    run: Pick<Run, "timings">,
    private readonly options: ProgressOptions,
  ) {
    this.timings = { ...(run.timings as Record<string, number> | null) };
    this.now = options.now ?? Date.now;
    this.everyMs = options.everyMs ?? 250;
    this.stageSince = this.now();
  }

  report(report: ProgressReport): void {
    const at = this.now();
    const same = this.latest?.stage === report.stage;
    if (!same) {
      this.samples = [];
      this.stageSince = at;
      this.stageBefore = this.timings[report.stage] ?? 0;
    }
    this.timings[report.stage] = this.stageBefore + (at - this.stageSince);
    const rate = this.rate(at, report.done);
    const total = report.total ?? null;
    this.latest = {
      state: "running",
      stage: report.stage,
      done: report.done,
      total,
      rate,
      etaMs: rate && total !== null ? Math.max(0, Math.round(((total - report.done) / rate) * 1000)) : null,
      metrics: report.metrics ?? (same ? (this.latest?.metrics ?? null) : null),
      message: report.message ?? (same ? (this.latest?.message ?? null) : null),
      timings: report.timings ?? { ...this.timings },
    };
    const wait = this.lastWrite + this.everyMs - at;
    if (wait <= 0) this.write();
    else this.timer ??= setTimeout(() => this.write(), wait).unref();
  }

  /** Writes what is pending and waits for it. */
  async flush(): Promise<void> {
    if (this.timer !== undefined) this.write();
    await this.writing;
  }

  /** Drops what is pending; for an attempt that lost its run. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private rate(at: number, done: number): number | null {
    // A lower count than before is a new pass: measure from there.
    if (this.samples.length > 0 && done < this.samples[this.samples.length - 1]!.done) this.samples = [];
    this.samples.push({ at, done });
    while (this.samples.length > 2 && at - this.samples[1]!.at >= RATE_WINDOW_MS) this.samples.shift();
    const first = this.samples[0]!;
    return at - first.at < 200 || done === first.done ? null : ((done - first.done) * 1000) / (at - first.at);
  }

  private write(): void {
    this.stop();
    const state = this.latest;
    if (state === undefined) return;
    this.lastWrite = this.now();
    // One write at a time, in order; a failed write shows when the row is settled, so it must not crash the process here.
    this.writing = this.writing.then(() => this.options.write(state)).catch(() => {});
  }
}
