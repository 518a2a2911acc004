"use client";
import { useState } from "react";
import { scoreWords } from "@/lib/autointerp/format";
import { mostQuestions } from "@/lib/autointerp/overview/format";
import type { ExplainOverview } from "@/lib/autointerp/overview/schema";
import { SCORERS, type Scorer } from "@/lib/autointerp/schema";
import type { ScoreResult } from "@/lib/autointerp/types";
import { formatCount } from "@/lib/features/format";
import { scoredWords } from "../feature/scored-words";
import { LazyRunInPanel } from "../lab/lazy-run-in-panel";
import { Button } from "../ui/button";
import { CheckChip } from "../ui/check-chip";
import { Choice } from "../ui/choice";
import { accountWords } from "./account-words";
import { FeaturesAtMost, featuresAtMost, type Most } from "./features-at-most";

const WHICH = [
  ["labels", "labels only"],
  ["all", "of every explainer"],
] as const;
const JUDGES = [
  ["model", "the model itself"],
  ["endpoint", "endpoint"],
] as const;

/** Scores explanations on a click, by what is chosen, on samples that no explainer saw. */
export function ScoreStart({ overview }: { overview: ExplainOverview }) {
  const [scorers, setScorers] = useState<readonly Scorer[]>(["detection", "iou", "simulation"]);
  const [which, setWhich] = useState<(typeof WHICH)[number][0]>("labels");
  const [judge, setJudge] = useState<(typeof JUDGES)[number][0]>("model");
  const [most, setMost] = useState<Most>("100");
  const [started, setStarted] = useState(false);
  const [result, setResult] = useState<ScoreResult | null>(null);
  if (overview.explainers.length === 0) return <p className="text-ink-soft text-sm">Explain some features first.</p>;
  const limit = featuresAtMost(most);
  if (started || (overview.scoring && !result)) {
    return (
      <LazyRunInPanel<ScoreResult>
        running={overview.scoring}
        kind="score"
        params={{ saeId: overview.ref, scorers, which, judge, ...(limit === null ? {} : { limit }) }}
        of="the scoring"
        failed="The explanations could not be scored."
        onEnd={(found) => {
          setResult(found);
          setStarted(false);
        }}
        {...(started ? { onClose: () => setStarted(false) } : {})}
      />
    );
  }
  const { features, questions } = mostQuestions(overview, { scorers: [...scorers], which, judge, limit });
  return (
    <div className="flex flex-col gap-3 text-sm">
      {result && (
        <p role="status" className="nums text-ink-soft text-xs">
          {[scoredWords(result), result.account && accountWords(result.account)].filter(Boolean).join(" ")}
        </p>
      )}
      <fieldset>
        <legend className="mb-1 text-ink-soft text-xs">scorers</legend>
        <div className="flex flex-wrap gap-1.5">
          {SCORERS.map((scorer) => (
            <CheckChip
              key={scorer}
              title={scoreWords(scorer).does}
              checked={scorers.includes(scorer)}
              onChange={(on) => setScorers(SCORERS.filter((s) => (s === scorer ? on : scorers.includes(s))))}
            >
              {scoreWords(scorer).name}
            </CheckChip>
          ))}
        </div>
      </fieldset>
      <div className="flex flex-wrap gap-2">
        <Choice className="flex-1" label="explanations" value={which} options={WHICH} onChange={setWhich} />
        <FeaturesAtMost value={most} onChange={setMost} />
        {overview.offered.some(({ explainer }) => explainer === "endpoint") && (
          <Choice className="basis-full" label="judge" value={judge} options={JUDGES} onChange={setJudge} />
        )}
      </div>
      <p className="nums text-ink-soft text-xs" aria-live="polite">
        {formatCount(features)} features, densest first:{" "}
        {questions === 0
          ? "no questions, masks and words decide"
          : `${formatCount(questions)} questions to the judge at most, fewer where features share images`}
        .
      </p>
      <Button look="solid" className="self-start" disabled={scorers.length === 0} onClick={() => setStarted(true)}>
        Score
      </Button>
    </div>
  );
}
