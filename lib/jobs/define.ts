import type { z } from "zod";
import type { Lane } from "@/lib/core/env";
import type { Log } from "@/lib/core/log";
import type { Run } from "@/lib/db/generated/client";
import type { BlobStore } from "@/lib/storage/blobs";

/** The contract of one kind of run. The parameters live on the run's row; the queue carries only the run's id. */
export interface Job<S extends z.ZodType = z.ZodType> {
  /** Kind of the run, one word: `train`. */
  name: string;
  /** One sentence for people: what it does. */
  summary: string;
  /** Parameters, JSON. Defaults are filled in when the run is started. */
  schema: S;
  lane: Lane;
  /** Attempts before a run counts as failed. An attempt lost to a killed worker counts; a drained or waiting one does not. */
  maxAttempts: number;
}

/** Declares a job in `lib/<capability>/job.ts`. */
export function defineJob<S extends z.ZodType>(
  given: Omit<Job<S>, "maxAttempts" | "summary"> & Partial<Job<S>>,
): Job<S> {
  return { maxAttempts: 3, summary: given.name, ...given };
}

export interface ProgressReport {
  /** Word for what is going on now; rate and time left start afresh with each stage. */
  stage: string;
  /** Items finished in this stage. */
  done: number;
  /** Items of this stage, when known. */
  total?: number;
  /** Small named numbers worth watching: loss, fvu. */
  metrics?: Record<string, number | null>;
  /** One line for people. */
  message?: string;
  /** Milliseconds by stage, instead of the measured ones; for a run whose stages are other runs. */
  timings?: Record<string, number>;
}

/** What a handler works with. */
export interface JobContext<P = unknown> {
  /** The row as it was when this attempt began. */
  run: Run;
  params: P;
  /** What the last saveCursor stored, or null: where to go on after a crash, a restart or a retry. */
  cursor: unknown;
  /** Aborts on cancel, on shutdown, and when another attempt took the run over. Stop soon and throw. */
  signal: AbortSignal;
  /** Call as often as you like: at most four rows a second are written. */
  progress(report: ProgressReport): void;
  /** Durable before it resolves. @throws when this attempt no longer owns the run. */
  saveCursor(cursor: unknown): Promise<void>;
  /** Adds an event of another type (`token`) to the run's stream at once. */
  emit(type: string, data: unknown): Promise<void>;
  /** How many events of a type the run has, those of earlier attempts included. */
  countEvents(type: string): Promise<number>;
  log: Log;
  blobs: BlobStore;
}

export type Outcome =
  | { outcome: "done"; result: unknown }
  | { outcome: "skipped"; reason: string }
  /** The run stays `running`; the handler is called again when a child run ends. */
  | { outcome: "waiting" };

export const done = (result: unknown = null): Outcome => ({ outcome: "done", result });
export const skipped = (reason: string): Outcome => ({ outcome: "skipped", reason });
export const waiting = (): Outcome => ({ outcome: "waiting" });

/**
 * Does the work of one run. Must be safe to call again after any interruption. Throwing retries with back-off, except for
 * an AppError below status 500 (only a person can mend that) and RetryLater.
 */
export type Handler<J extends Job = Job> = (context: JobContext<z.output<J["schema"]>>) => Promise<Outcome>;

/** Thrown by a handler that should be called again after `ms`, without spending an attempt: a rate limit, a busy server. */
export class RetryLater extends Error {
  constructor(
    readonly ms: number,
    message = "Waiting before the next try.",
  ) {
    super(message);
    this.name = "RetryLater";
  }
}
