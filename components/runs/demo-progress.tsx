"use client";
import { useEffect, useState } from "react";
import { formatDuration } from "@/lib/features/format";
import { kindWords, STATE_MARKS, shareOf } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import { cx } from "../ui/class-names";
import { fetchJson } from "../ui/fetch-json";
import { Link } from "../ui/link";
import { Progress } from "../ui/progress";
import { useRun } from "./use-run";

/** The demo while it builds: its steps in a row, the current one with its progress. */
export function DemoProgress({ first, firstSteps }: { first: Run; firstSteps: readonly Run[] }) {
  const [run] = useRun(first);
  const [steps, setSteps] = useState(firstSteps);
  // A step begins when the one before ends: the list of steps follows the parent's progress.
  const beat = `${run.progress.stage} ${run.progress.done} ${run.state}`;
  useEffect(() => {
    if (!beat) return;
    const read = () =>
      fetchJson<{ items: Run[] }>(`/api/v1/runs?parent=${run.id}&limit=50`).then(
        ({ items }) => setSteps(items.reverse()),
        () => {},
      );
    read();
    const timer = setInterval(read, 3000);
    return () => clearInterval(timer);
  }, [beat, run.id]);
  const now = steps.find((s) => s.state === "running") ?? run;
  return (
    <section aria-label="Demo run" className="rounded-xl border border-line bg-panel p-4 shadow-lift">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="font-semibold">
          <Link href={`/run/${run.id}`} className="rounded hover:underline">
            Building the demo
          </Link>
        </h2>
        <p className="nums text-xs text-ink-faint">
          {now.progress.stage ?? kindWords(now.step ?? now.kind)}
          {now.progress.etaMs ? ` · ${formatDuration(now.progress.etaMs)} left` : ""}
        </p>
      </div>
      <ol className="mt-3 flex flex-wrap gap-x-5 gap-y-1.5 text-sm">
        {steps.map((step) => (
          <li
            key={step.id}
            className={cx(
              "flex items-center gap-1.5",
              step.state === "queued" && "text-ink-faint",
              step.state === "running" && "font-medium text-accent",
              step.state === "failed" && "text-bad",
            )}
          >
            <span aria-hidden="true">{STATE_MARKS[step.state]}</span>
            {kindWords(step.step ?? step.kind)}
            <span className="sr-only">{step.state}</span>
          </li>
        ))}
      </ol>
      <div className="mt-3">
        <Progress label="Progress of the current step" share={shareOf(now)} />
      </div>
    </section>
  );
}
