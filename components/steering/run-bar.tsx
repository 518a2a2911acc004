"use client";
import { shareOf } from "@/lib/runs/format";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { Link } from "../ui/link";
import { Progress } from "../ui/progress";
import type { SteerState } from "./use-steer-run";

interface Props {
  state: SteerState;
  /** Something on the desk differs from what was asked. */
  stale: boolean;
  onCancel: () => void;
  /** Leads to the run's page; left out on that page itself. */
  link?: boolean;
}

/** How the run goes: its stage, the time to the first token, what went wrong, and where its result stays. */
export function RunStatus({ state, stale, onCancel, link = true }: Props) {
  const { run, busy, problem, firstTokenMs, result } = state;
  const answering = Object.keys(state.lanes).length > 0;
  const stage =
    run === null
      ? "sending"
      : answering
        ? (run.progress.stage ?? "answering")
        : run.state === "queued"
          ? "waiting for a worker"
          : (run.progress.stage ?? "reading");
  const total = run?.progress.total;
  return (
    <div className="flex flex-col gap-2 empty:hidden">
      {problem && <ErrorNote detail={problem.detail} code={problem.code} requestId={problem.requestId} />}
      {(busy || run) && (
        <div className="nums flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-ink-faint text-xs">
          {busy && (
            <>
              <span>
                {stage}
                {total ? ` · ${Math.floor(run?.progress.done ?? 0)} of ${total}` : ""}
              </span>
              <span className="w-24">
                <Progress label="Progress of the run" share={run && total ? shareOf(run) : null} />
              </span>
            </>
          )}
          {run?.state === "cancelled" && <span>cancelled; what had come is kept</span>}
          {firstTokenMs !== null && <span>first token {latency(firstTokenMs)}</span>}
          {result && <span>{result.promptTokens} tokens read</span>}
          {stale && !busy && <span className="text-warn">changed since: run again</span>}
          {link && run && (
            <Link href={`/run/${run.id}`} className="rounded text-accent underline underline-offset-2">
              Permalink
            </Link>
          )}
          {busy && run && (
            <Button look="danger" className="ml-auto min-h-7 px-2 text-xs" onClick={onCancel}>
              Cancel
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** "84 ms", "1.2 s" */
function latency(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
