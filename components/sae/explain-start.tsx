"use client";
import { lazy, Suspense, useState } from "react";
import { EXPLAINER_WORDS, estimateOf } from "@/lib/autointerp/overview/format";
import type { ExplainOverview } from "@/lib/autointerp/overview/schema";
import type { ExplainResult } from "@/lib/autointerp/types";
import { formatCount, formatDuration } from "@/lib/features/format";
import { Button } from "../ui/button";

// What follows a run is needed only once one is started.
const RunInPanel = lazy(() => import("../lab/run-in-panel").then((m) => ({ default: m.RunInPanel<ExplainResult> })));

const LIMITS = [100, 500, 2000] as const;
const SELECT = "min-h-9 rounded-lg border border-line bg-panel px-2 text-sm pointer-coarse:min-h-11";

/** Explains features on a click: what it will cost before, how far it is meanwhile, what it did after. */
export function ExplainStart({ overview }: { overview: ExplainOverview }) {
  const [explainer, setExplainer] = useState<string>(overview.offered[0]?.explainer ?? "pipeline");
  const [limit, setLimit] = useState<number | null>(LIMITS[1]);
  const [started, setStarted] = useState(false);
  const [result, setResult] = useState<ExplainResult | null>(null);
  const free = explainer === "captions";
  const most = free ? null : limit;
  if (started || (overview.run && !result)) {
    return (
      <Suspense fallback={<p className="text-sm text-ink-soft">Starting.</p>}>
        <RunInPanel
          running={overview.run}
          kind="explain"
          params={{ saeId: overview.ref, explainer, ...(most === null ? {} : { limit: most }) }}
          of="the explaining"
          failed="The features could not be explained."
          onEnd={(found) => {
            setResult(found);
            setStarted(false);
          }}
          {...(started ? { onClose: () => setStarted(false) } : {})}
        />
      </Suspense>
    );
  }
  const estimate = estimateOf(overview, explainer, most);
  return (
    <div className="flex flex-col gap-3 text-sm">
      {result && (
        <ul role="status" className="nums text-xs text-ink-soft">
          {result.passes.map((pass) => (
            <li key={pass.explainer}>
              {EXPLAINER_WORDS[pass.explainer]?.name ?? pass.explainer}: {formatCount(pass.statuses.explained ?? 0)} of{" "}
              {formatCount(pass.features)} explained, {formatCount(pass.cost.calls)} calls,{" "}
              {formatCount(pass.cost.promptTokens + pass.cost.completionTokens)} tokens
              {pass.stopped ? ", stopped by the budget" : ""}
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        <label className="flex flex-1 flex-col gap-1 text-xs text-ink-soft">
          explainer
          <select className={SELECT} value={explainer} onChange={(event) => setExplainer(event.target.value)}>
            {overview.offered.map((o) => (
              <option key={o.explainer} value={o.explainer}>
                {EXPLAINER_WORDS[o.explainer]?.name ?? o.explainer}
              </option>
            ))}
          </select>
        </label>
        {!free && (
          <label className="flex flex-1 flex-col gap-1 text-xs text-ink-soft">
            features at most
            <select
              className={SELECT}
              value={limit ?? ""}
              onChange={(event) => setLimit(event.target.value === "" ? null : Number(event.target.value))}
            >
              {LIMITS.map((n) => (
                <option key={n} value={n}>
                  {formatCount(n)}
                </option>
              ))}
              <option value="">all live ones</option>
            </select>
          </label>
        )}
      </div>
      <p className="text-xs text-ink-soft">{EXPLAINER_WORDS[explainer]?.does}.</p>
      {estimate && (
        <p className="nums text-xs text-ink-soft" aria-live="polite">
          {estimate.features === 0
            ? "It has looked at every live feature."
            : `${formatCount(estimate.features)} features: about ${formatCount(Math.round(estimate.calls))} calls, ${formatCount(Math.round(estimate.promptTokens + estimate.completionTokens))} tokens, ${formatDuration(estimate.ms)}${estimate.price === null ? "" : `, ${estimate.price.toFixed(2)} at your prices`} (${estimate.measured ? "by what it took here so far" : "assumed: it has not worked here yet"}).`}
        </p>
      )}
      <Button look="solid" className="self-start" disabled={estimate?.features === 0} onClick={() => setStarted(true)}>
        Explain
      </Button>
    </div>
  );
}
