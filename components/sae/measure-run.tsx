"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import type { MeasureResult } from "@/lib/measure/types";
import type { Run } from "@/lib/runs/schema";
import { RunProgress } from "../lab/run-progress";
import { postRun, useDeskRun } from "../lab/use-desk-run";
import { ErrorNote } from "../ui/error-note";

interface Props {
  saeRef: string;
  running: Run | null;
  onCancel: () => void;
}

/** Starts to measure when it is shown, unless a run is on its way, and follows it; the page then shows the figures. */
export function MeasureRun({ saeRef, running, onCancel }: Props) {
  const router = useRouter();
  const { work, shown, problem, start, ended } = useDeskRun<string, MeasureResult>(
    (saeId) => (running ? Promise.resolve(running) : postRun("/api/v1/runs", { kind: "measure", params: { saeId } })),
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
    if (run.state === "done") router.refresh();
    if (run.state === "cancelled") onCancel();
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
      {shown && (
        <div className="text-xs text-ink-soft" role="status">
          <p>Measured: {shown.result.measured.join(", ") || "nothing"}.</p>
          {shown.result.leftOut.map(({ part, reason }) => (
            <p key={part}>
              Left out {part}: {reason}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}
