"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import type { MeasureResult } from "@/lib/measure/types";
import type { Run } from "@/lib/runs/schema";
import { RunProgress } from "../lab/run-progress";
import { postRun, useDeskRun } from "../lab/use-desk-run";
import { ErrorNote } from "../ui/error-note";
import { fetchJson } from "../ui/fetch-json";

interface Props {
  saeRef: string;
  running: Run | null;
  /** Concepts are looked for as well, in thousands of scenes. */
  concepts: boolean;
  /** With what it measured; null when it was cancelled. */
  onEnd: (result: MeasureResult | null) => void;
}

/** Starts to measure when it is shown, unless a run is on its way, and follows it; the page then shows the figures. */
export function MeasureRun({ saeRef, running, concepts, onEnd }: Props) {
  const router = useRouter();
  const { work, problem, start, ended } = useDeskRun<string, unknown>(
    (saeId) =>
      running
        ? Promise.resolve(running)
        : postRun("/api/v1/runs", { kind: "measure", params: { saeId, ...(concepts ? {} : { scenes: 0 }) } }),
    "The SAE could not be measured.",
  );
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void start(saeRef);
  }, [saeRef, start]);
  const end = async (run: Run) => {
    await ended(run);
    if (run.state === "cancelled") onEnd(null);
    if (run.state !== "done") return;
    router.refresh();
    // What it measured is on the page by then; only the words about it would be missing.
    onEnd(await fetchJson<MeasureResult>(`/api/v1/runs/${run.id}/result`).catch(() => null));
  };
  return (
    <div className="flex flex-col gap-3">
      {work?.run && (
        <RunProgress key={work.run.id} first={work.run} of="the measuring" onEnd={(run) => void end(run)} />
      )}
      {problem && (
        <ErrorNote
          detail={problem.detail}
          {...(problem.code ? { code: problem.code } : {})}
          {...(problem.requestId ? { requestId: problem.requestId } : {})}
          onRetry={() => void start(saeRef)}
        />
      )}
    </div>
  );
}
