import { formatDuration } from "@/lib/features/format";
import { isLive, kindWords } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import { Breadcrumbs } from "../ui/breadcrumbs";
import { CopyButton } from "../ui/copy-button";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { RunRow } from "./run-row";

/** A run's permanent page: live while it works, then what it did. */
export function RunView({ run, steps }: { run: Run; steps: readonly Run[] }) {
  const timings = Object.entries(run.timings ?? {}).filter(([, ms]) => typeof ms === "number");
  const longest = Math.max(1, ...timings.map(([, ms]) => ms));
  return (
    <>
      <header className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div>
          <Breadcrumbs crumbs={[{ label: "runs", href: "/runs" }, { label: run.id }]} />
          <h1 className="mt-1.5 text-2xl font-semibold">{capital(kindWords(run.kind))}</h1>
          <p className="text-sm text-ink-soft">
            started <time dateTime={run.createdAt}>{run.createdAt.slice(0, 16).replace("T", " ")} UTC</time>
            {run.attempts > 1 && <> · attempt {run.attempts}</>}
          </p>
        </div>
        <CopyButton label="Copy link" keys="." />
      </header>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <section aria-label="Progress" className="overflow-hidden rounded-xl border border-line bg-panel shadow-lift">
            <RunRow key={`${run.id}-${run.state}`} first={run} link={false} />
          </section>
          {steps.length > 0 && (
            <section aria-label="Steps">
              <h2 className="mb-2 text-sm font-semibold">Steps</h2>
              <RunList runs={steps} />
            </section>
          )}
          {run.state === "done" && run.resultUrl && (
            <p className="text-sm">
              <a className="text-accent underline underline-offset-2" href={run.resultUrl}>
                Result as JSON
              </a>
            </p>
          )}
        </div>
        <aside className="flex flex-col gap-4">
          {timings.length > 0 && (
            <Panel title="Time by stage">
              <dl className="nums grid gap-1.5 text-xs">
                {timings.map(([stage, ms]) => (
                  <div key={stage} className="relative flex justify-between overflow-hidden rounded px-1.5 py-0.5">
                    <span
                      className="absolute inset-y-0 left-0 rounded bg-bar opacity-25"
                      style={{ width: `${(100 * ms) / longest}%` }}
                      aria-hidden="true"
                    />
                    <dt className="relative text-ink-soft">{stage}</dt>
                    <dd className="relative">{formatDuration(ms)}</dd>
                  </div>
                ))}
              </dl>
            </Panel>
          )}
          <Panel title="Parameters">
            <pre className="overflow-x-auto whitespace-pre-wrap break-words font-mono text-xs text-ink-soft">
              {JSON.stringify(run.params, null, 2)}
            </pre>
          </Panel>
          {run.parentId && (
            <Link href={`/run/${run.parentId}`} className="text-sm text-accent underline underline-offset-2">
              The run this is a step of
            </Link>
          )}
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

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
