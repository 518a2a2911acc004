"use client";
import { useState } from "react";
import { EXPLAINER_WORDS } from "@/lib/autointerp/overview/format";
import type { ExplainOverview } from "@/lib/autointerp/overview/schema";
import { RunInPanel } from "../lab/run-in-panel";
import { Button } from "../ui/button";
import { useFetched } from "./use-fetched";

interface Job {
  kind: "explain" | "score";
  params: object;
  of: string;
  failed: string;
}

/** Has one feature explained anew by an explainer of choice, or all its explanations scored; what comes of it appears above. */
export function WorkOnFeature({ feature }: { feature: string }) {
  const at = feature.lastIndexOf("/");
  const saeId = feature.slice(0, at);
  const features = [Number(feature.slice(at + 1))];
  const [explainer, setExplainer] = useState("pipeline");
  const [job, setJob] = useState<Job | null>(null);
  const [ended, setEnded] = useState("");
  const { data: overview } = useFetched<ExplainOverview>(`/api/v1/saes/${saeId}/explainers`);
  if (job) {
    return (
      <div className="mt-3">
        <RunInPanel
          running={null}
          {...job}
          onEnd={(result) => {
            setEnded(result === null ? "" : job.kind === "explain" ? "Explained." : "Scored.");
            setJob(null);
          }}
        />
      </div>
    );
  }
  const explain = () =>
    setJob({
      kind: "explain",
      params: { saeId, explainer, features },
      of: "the explaining",
      failed: "The feature could not be explained.",
    });
  const score = () =>
    setJob({
      kind: "score",
      params: { saeId, features, which: "all" },
      of: "the scoring",
      failed: "The explanations could not be scored.",
    });
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2 border-line border-t pt-3">
      <Button look="outline" onClick={explain}>
        Explain again
      </Button>
      <select
        aria-label="Explainer"
        className="min-h-9 rounded-lg border border-line bg-panel px-2 text-sm pointer-coarse:min-h-11"
        value={explainer}
        onChange={(event) => setExplainer(event.target.value)}
      >
        {(overview?.offered.map((o) => o.explainer) ?? ["pipeline"]).map((name) => (
          <option key={name} value={name}>
            by {EXPLAINER_WORDS[name]?.name ?? name}
          </option>
        ))}
      </select>
      <Button look="outline" onClick={score}>
        Score all
      </Button>
      <p role="status" className="text-xs text-ink-soft">
        {ended}
      </p>
    </div>
  );
}
