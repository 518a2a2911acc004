import { formatDuration } from "@/lib/features/format";
import type { Run } from "@/lib/runs/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { RunShare } from "./run-share";

/** What is true of a run of any kind: where its time went, what it was given, on which versions. */
export function RunFacts({ run }: { run: Run }) {
  const timings = Object.entries(run.timings ?? {}).filter(([, ms]) => typeof ms === "number");
  const longest = Math.max(1, ...timings.map(([, ms]) => ms));
  const versions = Object.entries(run.versions ?? {});
  return (
    <>
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
      {versions.length > 0 && (
        <Panel title="Versions">
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
            {versions.map(([part, version]) => (
              <div key={part} className="contents">
                <dt className="text-ink-soft">{part}</dt>
                <dd className="min-w-0 break-words text-right font-mono">{version}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      )}
      <Panel title="Parameters">
        <pre className="overflow-x-auto whitespace-pre-wrap break-words font-mono text-ink-soft text-xs">
          {JSON.stringify(run.params, null, 2)}
        </pre>
      </Panel>
      {run.parentId && (
        <Link href={`/run/${run.parentId}`} className="text-accent text-sm underline underline-offset-2">
          The run this is a step of
        </Link>
      )}
      {run.state === "done" && run.resultUrl && (
        <>
          <p className="text-sm">
            <a className="text-accent underline underline-offset-2" href={run.resultUrl}>
              Result as JSON
            </a>
          </p>
          <RunShare id={run.id} resultUrl={run.resultUrl} />
        </>
      )}
    </>
  );
}
