import { formatShare } from "@/lib/features/format";
import { isLive } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import { fixAddress, setupOf } from "@/lib/steering/fix/format";
import { goalWords } from "@/lib/steering/fix/result/format";
import type { FixRunData } from "@/lib/steering/fix/types";
import type { SearchParams } from "@/lib/steering/schema";
import { RunProgress } from "../lab/run-progress";
import { buttonClass } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Link } from "../ui/link";
import { PageHead } from "../ui/page-head";
import { FixProblem } from "./fix-problem";
import { FixResultView } from "./fix-result";

/** A search's permanent page: its goal as it was set, what was found, and the way to go on from there. */
export function FixRun({ run, result }: FixRunData & { run: Run }) {
  const params = run.params as SearchParams;
  const notices: string[] = [];
  const setup = setupOf(params, notices);
  const { kl, changed, edits } = params.limits;
  return (
    <>
      <div className="flex items-start gap-4">
        {setup.image && (
          <img
            src={`/i/${setup.image}/256.webp`}
            alt="What is asked about"
            width={256}
            height={256}
            className="size-20 shrink-0 rounded-lg bg-mat object-contain sm:size-24"
          />
        )}
        <PageHead
          className="mb-5 min-w-0 flex-1"
          crumbs={[{ label: "runs", href: "/runs" }, { label: run.id }]}
          title={goalWords(params)}
          actions={
            <>
              <Link href={fixAddress(setup)} className={buttonClass("solid")}>
                Fork
              </Link>
              <CopyButton label="Copy link" keys="." />
            </>
          }
        >
          {setup.unwanted && `instead of “${setup.unwanted}” · `}search in {setup.in} · KL at most {kl},{" "}
          {formatShare(changed)} changed, {edits === 1 ? "1 feature" : `${edits} features`} ·{" "}
          <time dateTime={run.createdAt}>{run.createdAt.slice(0, 16).replace("T", " ")} UTC</time>
        </PageHead>
      </div>
      {notices.length > 0 && (
        <p className="mb-4 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">{notices.join(" ")}</p>
      )}
      {isLive(run) && <RunProgress key={run.id} first={run} of="the search" />}
      {run.error && <FixProblem problem={run.error} setup={setup} />}
      {run.state === "cancelled" && (
        <p className="text-ink-soft">This search was cancelled before it ended. Fork it to run it anew.</p>
      )}
      {result && (
        <FixResultView
          result={result}
          params={params}
          aside={
            run.resultUrl && (
              <a className="rounded text-accent text-sm underline underline-offset-2" href={run.resultUrl}>
                The same as JSON
              </a>
            )
          }
        />
      )}
    </>
  );
}
