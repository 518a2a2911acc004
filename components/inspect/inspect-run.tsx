"use client";
import { useMemo } from "react";
import { inspectAddress, inspectParams, readInspect, stateOfRun } from "@/lib/inspect/desk/format";
import type { InspectParams } from "@/lib/inspect/schema";
import type { InspectRunData } from "@/lib/inspect/types";
import { isLive } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import { RunProgress } from "../lab/run-progress";
import { buttonClass } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { ErrorNote } from "../ui/error-note";
import { Link } from "../ui/link";
import { PageHead } from "../ui/page-head";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { InspectView } from "./inspect-view";

/** An inspection's permanent page: what was looked at, to be read and forked. Regions and pins live in its address. */
export function InspectRun({ run, result }: InspectRunData & { run: Run }) {
  const asked = stateOfRun(run.params as InspectParams);
  const query = useUrlQuery("");
  const state = useMemo(() => ({ ...readInspect(new URLSearchParams(query), asked.in), ...asked }), [query, asked]);
  return (
    <>
      <PageHead
        crumbs={[{ label: "runs", href: "/runs" }, { label: run.id }]}
        title={asked.text ? `“${asked.text}”` : "Inspection"}
        actions={
          <>
            <Link href={inspectAddress(asked)} className={buttonClass("solid")}>
              Fork
            </Link>
            <CopyButton label="Copy link" keys="." />
          </>
        }
      >
        {asked.in.join(", ")} · <time dateTime={run.createdAt}>{run.createdAt.slice(0, 16).replace("T", " ")} UTC</time>
      </PageHead>
      {isLive(run) && <RunProgress key={run.id} first={run} of="the inspection" />}
      {run.error && <ErrorNote detail={run.error.detail} code={run.error.code} />}
      {result && (
        <InspectView
          result={result}
          state={state}
          set={(changed, history = "push") => {
            const { in: _, image: __, text: ___, ...seen } = inspectParams({ ...state, ...changed }, asked.in);
            setUrlParams(seen, history);
          }}
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
