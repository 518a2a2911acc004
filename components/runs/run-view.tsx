import type { ReactNode } from "react";
import { capital, isLive, kindWords } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import { CopyButton } from "../ui/copy-button";
import { PageHead } from "../ui/page-head";
import { RunFacts } from "./run-facts";
import { RunRow } from "./run-row";

interface Props {
  run: Run;
  steps: readonly Run[];
  /** What it found, where its kind has a view of that. */
  children?: ReactNode;
}

/** A run's permanent page: live while it works, then what it did. */
export function RunView({ run, steps, children }: Props) {
  return (
    <>
      <PageHead
        crumbs={[{ label: "runs", href: "/runs" }, { label: run.id }]}
        title={capital(kindWords(run.kind))}
        actions={<CopyButton label="Copy link" keys="." />}
      >
        started <time dateTime={run.createdAt}>{run.createdAt.slice(0, 16).replace("T", " ")} UTC</time>
        {run.attempts > 1 && <> · attempt {run.attempts}</>}
      </PageHead>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <section aria-label="Progress" className="overflow-hidden rounded-xl border border-line bg-panel shadow-lift">
            <RunRow key={`${run.id}-${run.state}`} first={run} link={false} />
          </section>
          {children}
          {steps.length > 0 && (
            <section aria-label="Steps">
              <h2 className="mb-2 text-sm font-semibold">Steps</h2>
              <RunList runs={steps} />
            </section>
          )}
        </div>
        <aside className="flex flex-col gap-4">
          <RunFacts run={run} />
        </aside>
      </div>
    </>
  );
}

/** Runs as rows of one surface. The key holds the state, so that a refresh from the server starts anew. */
export function RunList({ runs }: { runs: readonly Run[] }) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel shadow-lift">
      {runs.map((run) => (
        <li key={`${run.id}-${isLive(run) ? "live" : run.state}`}>
          <RunRow first={run} />
        </li>
      ))}
    </ul>
  );
}
