"use client";
import { useState } from "react";
import { EXPLAINER_WORDS } from "@/lib/autointerp/overview/format";
import type { ExplainOverview } from "@/lib/autointerp/overview/schema";
import type { ScoreParams } from "@/lib/autointerp/schema";
import type { ExplainResult } from "@/lib/autointerp/types";
import { formatCount } from "@/lib/features/format";
import { RunInPanel } from "../lab/run-in-panel";
import { Button } from "../ui/button";
import { WriteExplanation } from "./explanation-tools";
import { addressOf, ScoreFeature } from "./score-feature";
import { useFetched } from "./use-fetched";

/** Explainers that need nothing but the model; others are offered once the server says that it has them. */
const ALWAYS = ["pipeline", "captions", "self", "paper"];

const SELECT = "min-h-9 rounded-lg border border-line bg-panel px-2 text-sm pointer-coarse:min-h-11";

/** Writes an explanation, has the feature explained anew, or all its explanations scored; what comes of it appears above. */
export function FeatureTools({ feature }: { feature: string }) {
  const { saeId, features } = addressOf(feature);
  const [explainer, setExplainer] = useState("pipeline");
  const [judge, setJudge] = useState<ScoreParams["judge"]>("model");
  const [job, setJob] = useState<"explain" | "score">();
  const [ended, setEnded] = useState("");
  const [near, setNear] = useState(false);
  // What explainers cost is counted over the whole SAE: only for those who come near.
  const { data: overview } = useFetched<ExplainOverview>(near ? `/api/v1/saes/${saeId}/explainers` : null);
  const end = (said: string) => {
    setEnded(said);
    setJob(undefined);
  };
  const begin = (kind: "explain" | "score") => {
    setEnded("");
    setJob(kind);
  };
  const cost = overview?.offered.find((o) => o.explainer === explainer)?.perFeature;
  return (
    <div className="flex flex-wrap items-start gap-2">
      <WriteExplanation feature={feature} />
      {!job && (
        <div className="flex flex-wrap items-center gap-2">
          <Button look="outline" onClick={() => begin("explain")}>
            Explain again
          </Button>
          <select
            aria-label="Explainer"
            onPointerEnter={() => setNear(true)}
            onFocus={() => setNear(true)}
            className={SELECT}
            value={explainer}
            onChange={(event) => setExplainer(event.target.value)}
          >
            {(overview?.offered.map((o) => o.explainer) ?? ALWAYS).map((name) => (
              <option key={name} value={name}>
                by {EXPLAINER_WORDS[name]?.name ?? name}
              </option>
            ))}
          </select>
          <Button look="outline" onClick={() => begin("score")}>
            Score all
          </Button>
          {overview?.offered.some((o) => o.explainer === "endpoint") && (
            <select
              aria-label="Judge"
              className={SELECT}
              value={judge}
              onChange={(event) => setJudge(event.target.value as ScoreParams["judge"])}
            >
              <option value="model">by the model itself</option>
              <option value="endpoint">by endpoint</option>
            </select>
          )}
        </div>
      )}
      {job && (
        <div className="basis-full">
          {job === "explain" ? (
            <RunInPanel<ExplainResult>
              running={null}
              kind="explain"
              params={{ saeId, explainer, features }}
              of="the explaining"
              failed="The feature could not be explained."
              onEnd={(result) => end(result ? explainedWords(result) : "")}
              onClose={() => end("")}
            />
          ) : (
            <ScoreFeature feature={feature} judge={judge} onEnd={end} />
          )}
        </div>
      )}
      <p role="status" className="nums basis-full text-ink-soft text-xs empty:hidden">
        {ended || (cost && !job ? costWords(explainer, cost) : "")}
      </p>
    </div>
  );
}

function costWords(explainer: string, cost: ExplainOverview["offered"][number]["perFeature"]): string {
  const { name = explainer, does = "" } = EXPLAINER_WORDS[explainer] ?? {};
  const tokens = Math.round(cost.promptTokens + cost.completionTokens);
  const price = cost.calls === 0 ? "" : ` About ${cost.calls.toFixed(1)} calls and ${formatCount(tokens)} tokens.`;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${does}.${price}`;
}

/** How the attempt ended, in one word: it was of one feature. */
function explainedWords({ passes }: ExplainResult): string {
  const ends = passes.flatMap((pass) =>
    Object.entries(pass.statuses).flatMap(([status, n]) =>
      n ? [`${EXPLAINER_WORDS[pass.explainer]?.name ?? pass.explainer}: ${status}`] : [],
    ),
  );
  return ends.length > 0 ? `Ended. By ${ends.join(", ")}.` : "Nothing was explained.";
}
