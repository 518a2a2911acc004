import { isLive } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import { deskAddress, stateOfRun } from "@/lib/trace/desk/format";
import { METHOD_WORDS } from "@/lib/trace/format";
import type { TraceParams } from "@/lib/trace/schema";
import type { TraceRunData } from "@/lib/trace/types";
import { RunProgress } from "../lab/run-progress";
import { buttonClass } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Link } from "../ui/link";
import { PageHead } from "../ui/page-head";
import { TraceProblem } from "./trace-problem";
import { TraceResultView } from "./trace-result";

/** A trace's permanent page: the desk as it was when the run was started, to be read and forked. */
export function TraceRun({ run, result, size }: TraceRunData & { run: Run }) {
  const state = stateOfRun(run.params as TraceParams);
  const fork = deskAddress(state);
  return (
    <>
      <PageHead
        crumbs={[{ label: "runs", href: "/runs" }, { label: run.id }]}
        title={<>“{state.turns.findLast(({ role }) => role === "user")?.content}”</>}
        actions={
          <>
            <Link href={fork} className={buttonClass("solid")}>
              Fork
            </Link>
            <CopyButton label="Copy link" keys="." />
          </>
        }
      >
        trace by {METHOD_WORDS[state.method].label.toLowerCase()} in {state.in.join(", ")} ·{" "}
        <time dateTime={run.createdAt}>{run.createdAt.slice(0, 16).replace("T", " ")} UTC</time>
      </PageHead>
      {isLive(run) && <RunProgress key={run.id} first={run} of="the trace" />}
      {run.error && <TraceProblem problem={run.error} state={state} />}
      {run.state === "cancelled" && (
        <p className="text-ink-soft">This trace was cancelled before it ended. Fork it to run it anew.</p>
      )}
      {result && (
        <TraceResultView
          result={result}
          state={state}
          size={size}
          aside={
            run.resultUrl && (
              <a className="rounded text-accent text-sm underline underline-offset-2" href={run.resultUrl}>
                The same as JSON
              </a>
            )
          }
        />
      )}
      {!result && state.image && size && (
        <img
          src={`/i/${state.image}/512.webp`}
          alt="What was asked about"
          width={size.width}
          height={size.height}
          className="mt-4 max-h-80 w-auto rounded-lg"
        />
      )}
    </>
  );
}
