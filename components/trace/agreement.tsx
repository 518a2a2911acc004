"use client";
import { lazy, Suspense, useMemo, useRef } from "react";
import { formatCount, formatScore, formatShare } from "@/lib/features/format";
import { saeRef } from "@/lib/trace/causes/format";
import type { TraceSite } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";
import { useOnScreen } from "../ui/on-screen";
import { Panel } from "../ui/panel";
import type { AgreementPoint } from "./agreement-chart";

const AgreementChart = lazy(() => import("./agreement-chart").then((m) => ({ default: m.AgreementChart })));

/** How far estimates can be trusted: each checked cause against what really happened without it. */
export function Agreement({ result, model, site }: { result: TraceResult; model: string; site: TraceSite }) {
  const box = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(box);
  const points = useMemo(() => pointsOf(result, model, site), [result, model, site]);
  const found = site.agreement;
  if (!found || points.length === 0) {
    return (
      <Panel title="Estimates against the model">
        <p className="text-ink-soft text-sm">No cause was checked by running the model.</p>
      </Panel>
    );
  }
  const figures: [string, string, string][] = [
    ["checked", formatCount(found.n), "causes that the model was run without"],
    ["Pearson", formatScore(found.pearson), "correlation of estimate and ablation"],
    ["Spearman", formatScore(found.spearman), "correlation of their ranks"],
    ["top decile", formatScore(found.topDecile), "Pearson correlation in the tenth of largest estimates"],
    ["same sign", formatShare(found.sameSign), "share whose sign agrees"],
  ];
  return (
    <Panel title="Estimates against the model">
      <dl className="nums flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {figures.map(([name, value, title]) => (
          <div key={name} title={title}>
            <dt className="text-2xs text-ink-faint">{name}</dt>
            <dd className="font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      <div ref={box} className="mt-2 min-h-[170px]" aria-hidden="true">
        {visible && (
          <Suspense>
            <AgreementChart points={points} />
          </Suspense>
        )}
      </div>
      <p className="mt-1 text-2xs text-ink-faint">
        Each dot a cause: estimate across, ablated upwards. On the line both agree. The same figures are in the table of
        causes.
      </p>
    </Panel>
  );
}

function pointsOf(result: TraceResult, model: string, site: TraceSite): AgreementPoint[] {
  const at = saeRef(model, site.sae);
  return result.causes.flatMap(({ sae, ref, label, estimate, ablated }) => {
    if (ablated === null || saeRef(model, sae) !== at) return [];
    return [{ estimate, ablated, name: ref === null ? "SAE error" : (label ?? `#${ref.split("/").at(-1)}`) }];
  });
}
