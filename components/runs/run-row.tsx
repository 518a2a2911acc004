"use client";
import { useState } from "react";
import { formatCount, formatDuration, formatValue } from "@/lib/features/format";
import { isLive, kindWords, STATE_MARKS, shareOf, subjectOf } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import { Button } from "../ui/button";
import { cx } from "../ui/class-names";
import { ErrorNote } from "../ui/error-note";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { Link } from "../ui/link";
import { Progress } from "../ui/progress";
import { useRun } from "./use-run";

const MARK_TONES: Record<Run["state"], string> = {
  queued: "text-ink-faint",
  running: "text-accent",
  done: "text-good",
  failed: "text-bad",
  cancelled: "text-ink-faint",
};

/** One run: state, progress in its own unit, what went wrong, and what can be done about it. */
export function RunRow({ first, link = true }: { first: Run; link?: boolean }) {
  const [run, setRun] = useRun(first);
  const [problem, setProblem] = useState<FetchProblem>();
  const act = (what: "cancel" | "retry") =>
    fetchJson<Run>(`/api/v1/runs/${run.id}/${what}`, { method: "POST" }).then(
      (changed) => {
        setProblem(undefined);
        setRun(changed);
      },
      (error: unknown) => setProblem(error instanceof FetchProblem ? error : undefined),
    );
  const name = run.step ?? kindWords(run.kind);
  return (
    <article
      className="grid grid-cols-[1.4rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-4 py-3"
      aria-label={`${name}: ${run.state}`}
    >
      <span
        className={cx("text-center text-base leading-none", MARK_TONES[run.state])}
        title={run.state}
        aria-hidden="true"
      >
        {STATE_MARKS[run.state]}
      </span>
      <p className="min-w-0 truncate text-sm">
        {link ? (
          <Link href={`/run/${run.id}`} className="rounded font-semibold hover:underline">
            {kindWords(name)}
          </Link>
        ) : (
          <span className="font-semibold">{kindWords(name)}</span>
        )}
        <span className="ml-2 text-ink-faint">{subjectOf(run)}</span>
      </p>
      <div className="flex items-center gap-1.5">
        <time className="nums mr-4 text-ink-faint text-xs max-sm:hidden" dateTime={run.createdAt}>
          {run.createdAt.slice(0, 16).replace("T", " ")} UTC
        </time>
        <span className="nums min-w-14 text-right text-xs text-ink-soft max-sm:hidden">{clock(run)}</span>
        {isLive(run) && (
          <Button look="danger" className="min-h-7 px-2 text-xs" onClick={() => act("cancel")}>
            Cancel
          </Button>
        )}
        {(run.state === "failed" || run.state === "cancelled") && (
          <Button className="min-h-7 px-2 text-xs" onClick={() => act("retry")}>
            Retry
          </Button>
        )}
      </div>
      {run.state === "running" && (
        <div className="col-span-2 col-start-2">
          <Progress label={`Progress of ${name}`} share={shareOf(run)} />
        </div>
      )}
      <p
        className="nums col-span-2 col-start-2 text-xs text-ink-faint empty:hidden"
        aria-live={run.state === "running" ? "off" : "polite"}
      >
        {details(run)}
      </p>
      {run.error && (
        <div className="col-span-3 mt-1">
          <ErrorNote detail={run.error.detail} code={run.error.code} />
        </div>
      )}
      {problem && (
        <div className="col-span-3 mt-1">
          <ErrorNote detail={problem.message} code={problem.code} requestId={problem.requestId} />
        </div>
      )}
    </article>
  );
}

function clock(run: Run): string {
  if (run.state === "running") return run.progress.etaMs ? `${formatDuration(run.progress.etaMs)} left` : "";
  if (run.finishedAt && run.startedAt) return formatDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt));
  return run.state;
}

/** Stage, counts, rate and figures of a run in one line. */
function details({ state, progress: p }: Run): string {
  const parts: string[] = [];
  if (state === "running" && p.stage) parts.push(p.stage);
  // What is done was done in full.
  if (p.total && state !== "done") parts.push(`${formatCount(Math.floor(p.done))} of ${formatCount(p.total)}`);
  if (state === "running" && p.rate) parts.push(`${formatValue(p.rate)} a second`);
  for (const [name, value] of Object.entries(p.metrics ?? {}).slice(0, 4))
    if (value !== null) parts.push(`${name} ${formatValue(value)}`);
  if (p.message && (state === "running" || state === "failed")) parts.push(p.message);
  return parts.join(" · ");
}
