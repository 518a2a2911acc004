"use client";
import { lazy, Suspense, useRef } from "react";
import { formatShare } from "@/lib/features/format";
import { formatKl } from "@/lib/steering/fix/result/format";
import type { SearchResult } from "@/lib/steering/schema";
import { useOnScreen } from "../ui/on-screen";
import { Panel } from "../ui/panel";
import { ScrollBox } from "../ui/scroll-box";

// The chart library is larger than the desk: it comes when a chart is looked at.
const TradeOffChart = lazy(() => import("./trade-off-chart").then((m) => ({ default: m.TradeOffChart })));

interface Props {
  curve: SearchResult["curve"];
  /** Prompts that the sets were chosen on. */
  n: number;
  /** Most KL that was allowed. */
  limit: number;
}

/** Sets on the way to the last one: what each solves, and what it costs. */
export function TradeOff({ curve, n, limit }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(box);
  return (
    <Panel title="The way there" aside="solved, with some margin, against what changes elsewhere">
      {curve.length > 1 && (
        <div ref={box} className="mb-3 min-h-[190px]" aria-hidden="true">
          {visible && (
            <Suspense>
              <TradeOffChart curve={curve} n={n} limit={limit} />
            </Suspense>
          )}
        </div>
      )}
      <ScrollBox label="Steps">
        <table className="nums w-full border-collapse text-sm max-sm:text-xs">
          <caption className="sr-only">Sets of features on the way, what each solves and what it costs</caption>
          <thead>
            <tr className="border-line border-b text-left text-ink-faint text-xs">
              {["step", "features", "solved", "KL", "changed"].map((head) => (
                <th key={head} scope="col" className="py-1 pr-3 max-sm:pr-2 font-medium last:pr-0">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {curve.map(({ names, solved, kl, changed }, i) => (
              <tr key={i} className="border-line border-b align-top last:border-b-0">
                <td className="py-1.5 pr-3 max-sm:pr-2 text-ink-faint">{i}</td>
                <th scope="row" className="w-full min-w-20 py-1.5 pr-3 max-sm:pr-2 text-left font-normal">
                  {names.length > 0 ? names.join(" + ") : <span className="text-ink-faint">nothing turned</span>}
                </th>
                <td className="whitespace-nowrap py-1.5 pr-3 max-sm:pr-2">
                  {solved} of {n}
                </td>
                <td className="whitespace-nowrap py-1.5 pr-3 max-sm:pr-2">{formatKl(kl)}</td>
                <td className="whitespace-nowrap py-1.5">{formatShare(changed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </Panel>
  );
}
