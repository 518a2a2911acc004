"use client";
import { useMemo } from "react";
import { fixParams, isAsked, lacking, readFix } from "@/lib/steering/fix/format";
import type { FixDeskData, FixSetup } from "@/lib/steering/fix/types";
import type { SearchParams } from "@/lib/steering/schema";
import { ProgressLine, RunProgress } from "../lab/run-progress";
import { richestSae } from "../lab/sae-choice";
import { useRunKey } from "../lab/use-run-key";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { FixForm } from "./fix-form";
import { FixProblem } from "./fix-problem";
import { FixResultView } from "./fix-result";
import { FixStarters } from "./fix-starters";
import { useFix } from "./use-fix";

interface Props {
  data: FixDeskData;
  /** The page's query as the server read it. */
  query: string;
}

/** The desk of a search: a goal in, the smallest set of features that reaches it out. Its set-up lives in the address. */
export function FixDesk({ data: { models, starters, kinds }, query: onServer }: Props) {
  const query = useUrlQuery(onServer);
  const setup = useMemo(() => readFix(new URLSearchParams(query)), [query]);
  const { work, shown, problem, cancelled, start, ended } = useFix();
  const saes = models.flatMap((model) => model.saes);
  const sae = saes.find(({ ref }) => ref === setup.in)?.ref ?? richestSae(models, setup.in.split("/")[0])[0] ?? "";
  const model = models.find(({ slug }) => slug === sae.split("/")[0]);
  const corpus = saes.find(({ ref }) => ref === sae)?.dataset;
  const here = kinds.filter(({ dataset }) => dataset === corpus);

  const set = (changed: Partial<FixSetup>, history: "push" | "replace") =>
    setUrlParams(fixParams({ ...setup, ...changed }), history);
  const run = (changed: Partial<FixSetup> = {}) => {
    const next = { ...setup, ...changed };
    if (lacking(next) === undefined && sae && !work) void start({ setup: next, sae });
  };
  const setAndRun = (changed: Partial<FixSetup>) => {
    set(changed, "push");
    run(changed);
  };
  useRunKey(() => run());

  if (!model) {
    return (
      <Empty title="There is no SAE to search in">
        Run <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code>: it trains one on
        the built-in model. Then say here what the model should answer.
      </Empty>
    );
  }
  const { questions } = setup;
  const fresh = shown !== undefined && JSON.stringify(shown.state) === JSON.stringify({ setup, sae });
  return (
    <div className="flex flex-col gap-5">
      <FixForm {...{ models, model, sae, kinds: here, setup, set }} busy={work !== undefined} onRun={() => run()} />
      {work?.run && <RunProgress key={work.run.id} first={work.run} onEnd={ended} of="the search" />}
      {work && !work.run && <ProgressLine words="asking for a worker" />}
      {problem && <FixProblem problem={problem} setup={setup} change={setAndRun} />}
      {cancelled && <p className="text-ink-soft text-sm">Cancelled. Search starts it anew.</p>}
      {shown && (
        <section aria-label="Result" aria-busy={work !== undefined}>
          <div className={`busy-body transition-opacity ${fresh || work ? "" : "opacity-40"}`}>
            <FixResultView
              key={shown.run.id}
              result={shown.result}
              params={shown.run.params as SearchParams}
              onSwap={swapOf(shown.state.setup, setAndRun)}
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
      {!shown && !work && !problem && !isAsked(setup) && questions === "" && (
        <FixStarters starters={starters} kinds={here} choose={(chosen) => set(chosen, "push")} />
      )}
    </div>
  );
}

/** The search for the opposite of a set-up; undefined where it names no two answers. */
function swapOf(asked: FixSetup, setAndRun: (changed: Partial<FixSetup>) => void): (() => void) | undefined {
  const { wanted, unwanted, questions } = asked;
  if (questions !== "" || wanted.trim() === "" || unwanted.trim() === "") return undefined;
  return () => setAndRun({ ...asked, wanted: unwanted, unwanted: wanted });
}
