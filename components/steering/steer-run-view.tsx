"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { quoted, statusWords } from "@/lib/features/format";
import { isLive } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import { geometryOn } from "@/lib/samples/format";
import { printDesk } from "@/lib/steering/desk/format";
import { deskOf, type SteerRequest } from "@/lib/steering/request/format";
import type { SteerParams, SteerResult } from "@/lib/steering/schema";
import type { DeskData } from "@/lib/steering/types";
import { Picture } from "../lab/picture";
import { RunFacts } from "../runs/run-facts";
import { Button, buttonClass } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { Link } from "../ui/link";
import { PageHead } from "../ui/page-head";
import { Panel } from "../ui/panel";
import { Answers } from "./answers";
import { Features } from "./features";
import { FilmStrip } from "./film-strip";
import { Question } from "./question";
import { RegionBrush } from "./region-brush";
import { RunStatus } from "./run-bar";
import { Sampling } from "./sampling";
import { lanesOf, useSteerRun } from "./use-steer-run";

interface Props {
  run: Run;
  result: SteerResult | null;
  data: DeskData;
}

/** A steering run for ever: the desk as it was, what it answered, and the way to go on from there. */
export function SteerRunView({ run: first, result, data }: Props) {
  const router = useRouter();
  const params = first.params as SteerParams;
  const asked: SteerRequest = { ...params, seed: first.seed };
  const notices: string[] = [];
  const desk = deskOf(params, first.seed, notices);
  const steer = useSteerRun({
    ...{ asked, run: first, result, busy: isLive(first), follows: first.state === "done" ? null : first.id },
    ...{ lanes: result ? lanesOf(result) : {}, firstTokenMs: result?.firstTokenMs ?? null },
    problem: first.state === "failed" ? first.error : null,
  });
  const [refused, setRefused] = useState("");
  const run = steer.run ?? first;
  // When a live run ends, the server's part of the page (timings) is read anew.
  const live = useRef(isLive(first));
  useEffect(() => {
    if (live.current && !isLive(run)) router.refresh();
    live.current = isLive(run);
  }, [run, router]);
  const again = () => {
    const headers = { "content-type": "application/json" };
    fetchJson<Run>("/api/v1/steer", { method: "POST", headers, body: JSON.stringify(asked) }).then(
      ({ id }) => router.push(`/run/${id}`),
      (error: unknown) => setRefused(error instanceof FetchProblem ? error.message : "It did not start."),
    );
  };
  const byRef = new Map(data.features.map((row) => [row.ref, row]));
  const known = (ref: string) => byRef.get(ref) ?? ("missing" as const);
  const names = desk.features.map(({ ref }) => {
    const row = byRef.get(`${desk.model}/${ref}`);
    return row ? quoted(row.label ?? statusWords(row.status)) : `#${ref.split("/")[1]}`;
  });
  const geometry = data.models[0]?.geometry;
  const { image } = data;
  return (
    <div className="grid gap-5 lg:grid-cols-[20rem_minmax(0,1fr)] xl:grid-cols-[22rem_minmax(0,1fr)]">
      <PageHead
        className="lg:col-span-2"
        crumbs={[{ label: "runs", href: "/runs" }, { label: run.id }]}
        title={`Steered by ${names.join(", ")}`}
        actions={
          <>
            <Link
              href={`/steer?${printDesk(desk)}`}
              className={buttonClass("solid")}
              data-key="f"
              data-key-label="fork: open it on the desk"
            >
              Fork
            </Link>
            <Button onClick={again}>Run again</Button>
            <CopyButton label="Copy link" keys="." />
          </>
        }
      >
        {desk.model} · <time dateTime={run.createdAt}>{run.createdAt.slice(0, 16).replace("T", " ")} UTC</time>
      </PageHead>
      {[...notices, refused].some(Boolean) && (
        <p role="status" className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn lg:col-span-2">
          {[...notices, refused].filter(Boolean).join(" ")}
        </p>
      )}
      <div className="flex min-w-0 flex-col gap-4">
        <Panel title="Question">
          <div className="flex flex-col gap-3">
            {image && (
              <Picture sha={image.sha} alt={image.alt} size={image}>
                {desk.region !== null && geometry && (
                  <RegionBrush geometry={geometryOn(geometry, image)} image={image} region={desk.region} />
                )}
              </Picture>
            )}
            {desk.image !== null && !image && <p className="text-ink-soft text-sm">Its image is no longer kept.</p>}
            <Question desk={desk} />
            <Sampling desk={desk} />
          </div>
        </Panel>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Features
          desk={desk}
          known={known}
          normShare={steer.result?.frames.find((f) => f.lane === "steered")?.normShare}
          withImage={image !== null}
        />
        <RunStatus state={steer} stale={false} onCancel={steer.cancel} link={false} />
        <Answers state={steer} stale={false} />
        {asked.doses.length > 0 && <FilmStrip state={steer} desk={desk} stale={false} />}
        <details className="text-sm">
          <summary className="w-fit rounded text-ink-soft underline underline-offset-2">About this run</summary>
          <div className="mt-3 grid items-start gap-4 md:grid-cols-2">
            <RunFacts run={{ ...first, ...run, timings: run.timings ?? first.timings }} />
          </div>
        </details>
      </div>
    </div>
  );
}
