"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import type { Run } from "@/lib/runs/schema";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { fetchJson } from "../ui/fetch-json";
import { RunProgress } from "./run-progress";
import { postRun, useDeskRun } from "./use-desk-run";

export interface RunInPanelProps<Result> {
  /** A run that is on its way; else one is started when this is shown. */
  running: Run | null;
  kind: string;
  params: object;
  /** What works, in words: "the measuring". */
  of: string;
  /** Said of a failure without words of its own. */
  failed: string;
  /** With what it answered; null when it was cancelled. */
  onEnd: (result: Result | null) => void;
  /** Leaves a failure behind. */
  onClose?: () => void;
}

/** Starts a run when it is shown, unless one is on its way, and follows it; the page then shows what came of it. */
export function RunInPanel<Result>({ running, kind, params, of, failed, onEnd, onClose }: RunInPanelProps<Result>) {
  const router = useRouter();
  const { work, problem, start, ended } = useDeskRun<object, unknown>(
    (request) => (running ? Promise.resolve(running) : postRun("/api/v1/runs", { kind, params: request })),
    failed,
  );
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void start(params);
  }, [params, start]);
  const end = async (run: Run) => {
    await ended(run);
    if (run.state === "cancelled") onEnd(null);
    if (run.state !== "done") return;
    router.refresh();
    // What came of it is on the page by then; only the words about it would be missing.
    onEnd(await fetchJson<Result>(`/api/v1/runs/${run.id}/result`).catch(() => null));
  };
  return (
    <div className="flex flex-col gap-3">
      {work?.run && <RunProgress key={work.run.id} first={work.run} of={of} onEnd={(run) => void end(run)} />}
      {problem && <ErrorNote {...problem} onRetry={() => void start(params)} />}
      {problem && onClose && (
        <Button look="ghost" className="self-start" onClick={onClose}>
          Close
        </Button>
      )}
    </div>
  );
}
