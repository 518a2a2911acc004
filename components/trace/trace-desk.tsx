"use client";
import { useMemo, useState } from "react";
import { type DeskState, deskParams, isComplete, readDesk } from "@/lib/trace/desk/format";
import type { ImageSize, Starter, TraceDeskData } from "@/lib/trace/types";
import type { StoredImage } from "../lab/image-slot";
import { ProgressLine, RunProgress } from "../lab/run-progress";
import { richestSae } from "../lab/sae-choice";
import { useRunKey } from "../lab/use-run-key";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { Starters } from "./starters";
import { TraceForm } from "./trace-form";
import { TraceProblem } from "./trace-problem";
import { TraceResultView } from "./trace-result";
import { useTrace } from "./use-trace";

interface Props extends TraceDeskData {
  /** The page's query as the server read it. */
  query: string;
}

/** The trace desk: a question, two answers, and what made the model give one and not the other. */
export function TraceDesk({ models, starters, samples, size, query: onServer }: Props) {
  const query = useUrlQuery(onServer);
  const fallback = useMemo(() => richestSae(models), [models]);
  const state = useMemo(() => readDesk(new URLSearchParams(query), fallback), [query, fallback]);
  const { work, shown, problem, cancelled, start, ended } = useTrace();
  const [sizes, setSizes] = useState<Record<string, ImageSize>>(() => {
    const given = state.image && size ? { [state.image]: size } : {};
    return { ...Object.fromEntries(starters.map(({ sha, width, height }) => [sha, { width, height }])), ...given };
  });

  const set = (changed: Partial<DeskState>, history: "push" | "replace") =>
    setUrlParams({ ...deskParams({ ...state, ...changed }, fallback) }, history);
  const know = ({ sha, width, height }: StoredImage) => setSizes((old) => ({ ...old, [sha]: { width, height } }));
  const setImage = (image: StoredImage | null) => {
    if (image) know(image);
    set({ image: image?.sha ?? null }, "push");
  };
  const choose = ({ sha, question }: Starter) =>
    set({ image: sha, turns: [{ role: "user", content: question }], answer: "", against: "" }, "push");
  const run = () => {
    if (isComplete(state) && !work) void start(state);
  };
  useRunKey(run);

  const fresh = shown !== undefined && JSON.stringify(shown.state) === JSON.stringify(state);
  const sameQuestion =
    shown && shown.state.image === state.image && JSON.stringify(shown.state.turns) === JSON.stringify(state.turns);
  if (models.length === 0) return <NoSae />;
  return (
    <div className="flex flex-col gap-5">
      <TraceForm
        models={models}
        state={state}
        size={state.image ? (sizes[state.image] ?? null) : null}
        samples={samples}
        likely={sameQuestion && shown ? shown.result.likely : []}
        busy={work !== undefined}
        set={set}
        onImage={setImage}
        onRun={run}
      />
      {work?.run && <RunProgress key={work.run.id} first={work.run} onEnd={ended} of="the trace" />}
      {work && !work.run && <ProgressLine words="asking for a worker" />}
      {problem && (
        <TraceProblem
          problem={problem}
          state={state}
          change={(changed, again) => {
            set(changed, "push");
            if (again) void start({ ...state, ...changed });
          }}
        />
      )}
      {cancelled && <p className="text-ink-soft text-sm">Cancelled. Trace starts it anew.</p>}
      {shown && (
        <section aria-label="Result" aria-busy={work !== undefined}>
          <div className={`busy-body transition-opacity ${fresh || work ? "" : "opacity-40"}`}>
            <TraceResultView
              key={shown.run.id}
              result={shown.result}
              state={shown.state}
              size={shown.state.image ? (sizes[shown.state.image] ?? null) : null}
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
      {!shown && !work && !problem && <Starters starters={starters} choose={choose} />}
    </div>
  );
}

function NoSae() {
  return (
    <Empty title="There is no SAE to tell causes by">
      Run <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code>: it trains one on the
      built-in model. Then ask a question here, and see what made the model answer as it does.
    </Empty>
  );
}
