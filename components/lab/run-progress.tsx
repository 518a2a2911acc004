"use client";
import { useEffect, useRef, useState } from "react";
import { isLive, shareOf } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import { useRun } from "../runs/use-run";
import { Button } from "../ui/button";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { Progress } from "../ui/progress";

interface Props {
  first: Run;
  /** What works, in words: "the trace". */
  of: string;
  onEnd?: (run: Run) => void;
}

/** A run of a desk at work: what it does now, how far it is, and a way to stop it. Mount it anew for each run. */
export function RunProgress({ first, of, onEnd }: Props) {
  const [run, setRun] = useRun(first);
  const [problem, setProblem] = useState("");
  const told = useRef(false);
  useEffect(() => {
    if (isLive(run) || told.current) return;
    told.current = true;
    onEnd?.(run);
  }, [run, onEnd]);
  const cancel = () =>
    fetchJson<Run>(`/api/v1/runs/${run.id}/cancel`, { method: "POST" }).then(setRun, (error: unknown) =>
      setProblem(error instanceof FetchProblem ? error.message : "The run could not be cancelled."),
    );
  const { stage, message, done, total } = run.progress;
  const counts =
    total && done > 0 ? ` · ${Math.floor(done).toLocaleString("en")} of ${total.toLocaleString("en")}` : "";
  return (
    <ProgressLine
      words={`${(message ?? stage)?.replace(/\.$/, "") ?? (run.state === "queued" ? "waiting for a worker" : "starting")}${counts}`}
    >
      <div className="order-last w-full">
        <Progress label={`Progress of ${of}`} share={shareOf(run)} />
      </div>
      <Button look="danger" className="ml-auto" onClick={cancel}>
        Cancel
      </Button>
      {problem && (
        <p role="alert" className="text-bad text-sm">
          {problem}
        </p>
      )}
    </ProgressLine>
  );
}

/** The line above the work. */
export function ProgressLine({ words, children }: { words: string; children?: React.ReactNode }) {
  return (
    <section
      aria-label="Progress"
      className="flex flex-wrap items-center gap-x-3 gap-y-2.5 rounded-xl border border-line bg-panel px-4 py-3 shadow-lift"
    >
      <p className="nums text-sm" aria-live="polite">
        {words}
      </p>
      {children}
    </section>
  );
}
