"use client";
import { useState } from "react";
import { type Estimate, EXPLAINER_WORDS, estimateOf } from "@/lib/autointerp/overview/format";
import type { ExplainOverview } from "@/lib/autointerp/overview/schema";
import type { ExplainResult } from "@/lib/autointerp/types";
import { formatCount, formatDuration } from "@/lib/features/format";
import { LazyRunInPanel } from "../lab/lazy-run-in-panel";
import { Button } from "../ui/button";
import { Choice } from "../ui/choice";
import { accountWords } from "./account-words";
import { FeaturesAtMost, featuresAtMost, type Most } from "./features-at-most";

const UNITS = [
  ["tokens", "tokens"],
  ["calls", "calls"],
] as const;

/** Explains features on a click: what it will cost before, how far it is meanwhile, what it did after. */
export function ExplainStart({ overview }: { overview: ExplainOverview }) {
  const [explainer, setExplainer] = useState<string>(overview.offered[0]?.explainer ?? "pipeline");
  const [most, setMost] = useState<Most>("500");
  const [spend, setSpend] = useState("");
  const [unit, setUnit] = useState<"calls" | "tokens">("tokens");
  const [started, setStarted] = useState(false);
  const [result, setResult] = useState<ExplainResult | null>(null);
  const free = explainer === "captions";
  const limit = free ? null : featuresAtMost(most);
  const budget = free || !/^[1-9]\d*$/.test(spend) ? null : { [unit]: Number(spend) };
  if (started || (overview.run && !result)) {
    return (
      <LazyRunInPanel<ExplainResult>
        running={overview.run}
        kind="explain"
        params={{
          saeId: overview.ref,
          explainer,
          ...(limit === null ? {} : { limit }),
          ...(budget ? { budget } : {}),
        }}
        of="the explaining"
        failed="The features could not be explained."
        onEnd={(found) => {
          setResult(found);
          setStarted(false);
        }}
        {...(started ? { onClose: () => setStarted(false) } : {})}
      />
    );
  }
  const estimate = estimateOf(overview, explainer, limit, budget);
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
          {result.account && <li>{accountWords(result.account)}</li>}
        </ul>
      )}
      <div className="flex flex-wrap items-end gap-2">
        <Choice
          className="flex-1"
          label="explainer"
          value={explainer}
          options={overview.offered.map(
            (o) => [o.explainer, EXPLAINER_WORDS[o.explainer]?.name ?? o.explainer] as const,
          )}
          onChange={setExplainer}
        />
        {!free && (
          <>
            <FeaturesAtMost value={most} onChange={setMost} />
            <div className="flex basis-full items-end gap-2">
              <label className="flex min-w-0 flex-1 flex-col gap-1 text-ink-soft text-xs">
                spend at most
                <input
                  type="number"
                  inputMode="numeric"
                  min={1}
                  step={1}
                  placeholder="no limit"
                  value={spend}
                  onChange={(event) => setSpend(event.target.value)}
                  className="nums h-9 rounded-lg border border-line bg-panel px-2 text-ink text-sm pointer-coarse:h-11"
                />
              </label>
              <Choice label="counted in" value={unit} options={UNITS} onChange={setUnit} className="flex-1" />
            </div>
          </>
        )}
      </div>
      <p className="text-xs text-ink-soft">{EXPLAINER_WORDS[explainer]?.does}.</p>
      {estimate && (
        <p className="nums text-xs text-ink-soft" aria-live="polite">
          {estimateWords(estimate)}
        </p>
      )}
      <Button look="solid" className="self-start" disabled={estimate?.features === 0} onClick={() => setStarted(true)}>
        Explain
      </Button>
    </div>
  );
}

function estimateWords({ features, calls, promptTokens, completionTokens, ms, price, measured, short }: Estimate) {
  if (features === 0) return short ? "That is less than one feature takes." : "It has looked at every live feature.";
  const tokens = formatCount(Math.round(promptTokens + completionTokens));
  const paid = price === null ? "" : `, ${price.toFixed(2)} at your prices`;
  const known = measured ? "by what it took here so far" : "assumed: it has not worked here yet";
  return `${formatCount(features)} features${short ? ", by then it is spent" : ""}: about ${formatCount(Math.round(calls))} calls, ${tokens} tokens, ${formatDuration(ms)}${paid} (${known}).`;
}
