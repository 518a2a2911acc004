"use client";
import { useEffect, useMemo, useRef } from "react";
import { type InspectState, inspectParams, isComplete, readInspect, requestOf } from "@/lib/inspect/desk/format";
import type { InspectResult } from "@/lib/inspect/schema";
import type { InspectDeskData } from "@/lib/inspect/types";
import { ProgressLine, RunProgress } from "../lab/run-progress";
import { richestSae } from "../lab/sae-choice";
import { postRun, useDeskRun } from "../lab/use-desk-run";
import { useRunKey } from "../lab/use-run-key";
import { ErrorNote } from "../ui/error-note";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { InspectForm } from "./inspect-form";
import { InspectView } from "./inspect-view";

interface Props extends InspectDeskData {
  /** The page's query as the server read it. */
  query: string;
  /** The page of one stored image: it stays, and is looked at at once. */
  fixed?: string;
}

/** The inspection desk: an image, a text, or both, and everything that fires there. */
export function InspectDesk({ models, samples, image, query: onServer, fixed }: Props) {
  const query = useUrlQuery(onServer);
  const fallback = useMemo(() => richestSae(models), [models]);
  const state = useMemo(() => {
    const read = readInspect(new URLSearchParams(query), fallback);
    return fixed ? { ...read, image: fixed } : read;
  }, [query, fallback, fixed]);
  const desk = useDeskRun<InspectState, InspectResult>(
    (asked) => postRun("/api/v1/inspect", requestOf(asked)),
    "The inspection failed.",
  );
  const { work, shown, problem, cancelled, start, ended } = desk;

  const set = (changed: Partial<InspectState>, history: "push" | "replace" = "push") => {
    const { image: sha, ...rest } = inspectParams({ ...state, ...changed }, fallback);
    setUrlParams(fixed ? rest : { image: sha ?? null, ...rest }, history);
  };
  const run = () => {
    if (isComplete(state)) void start(state);
  };
  useRunKey(run);

  // An image is looked at as soon as it is there, and another SAE as soon as it is chosen; a text when it is sent.
  const asked = JSON.stringify([state.in, state.image]);
  const last = useRef("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` names all that starts a run by itself
  useEffect(() => {
    if (last.current === asked || !isComplete(state)) return;
    const first = last.current === "";
    last.current = asked;
    if (state.image || first) void start(state);
  }, [asked]);

  if (models.length === 0) return <NoSae />;
  const sameInput = shown && JSON.stringify(requestOf(shown.state)) === JSON.stringify(requestOf(state));
  return (
    <div className="flex flex-col gap-4">
      <InspectForm
        models={models}
        samples={samples}
        state={state}
        image={image}
        fixed={fixed !== undefined}
        busy={work !== undefined}
        set={set}
        onRun={run}
      />
      {work?.run && <RunProgress key={work.run.id} first={work.run} onEnd={ended} of="the inspection" />}
      {work && !work.run && !shown && <ProgressLine words="asking for a worker" />}
      {problem && <ErrorNote {...problem} onRetry={run} />}
      {cancelled && <p className="text-ink-soft text-sm">Cancelled. Look starts it anew.</p>}
      {shown && (
        <section aria-label="Result" aria-busy={work !== undefined}>
          <div className={`busy-body transition-opacity ${sameInput || work ? "" : "opacity-40"}`}>
            <InspectView
              key={shown.run.id}
              result={shown.result}
              state={shown.state.in === state.in ? state : { ...state, in: shown.state.in, image: shown.state.image }}
              set={set}
              aside={
                <Link
                  href={`/run/${shown.run.id}`}
                  className="rounded text-accent text-sm underline underline-offset-2"
                >
                  Permanent link
                </Link>
              }
            />
          </div>
        </section>
      )}
    </div>
  );
}

function NoSae() {
  return (
    <Empty title="There is no SAE to look through">
      Run <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code>: it trains one on the
      built-in model. Then drop an image here, and see every feature that fires on it.
    </Empty>
  );
}
