"use client";
import { lazy, Suspense, useRef } from "react";
import { formatSigned, removedWords, type TraceSite } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";
import { useOnScreen } from "../ui/on-screen";
import { Panel } from "../ui/panel";

// The chart library is larger than the desk: it comes when a chart is looked at.
const RemovalChart = lazy(() => import("./removal-chart").then((m) => ({ default: m.RemovalChart })));

/** What is left of the gap when the strongest causes are taken out at once. */
export function Removal({ result, site }: { result: TraceResult; site: TraceSite }) {
  const box = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(box);
  const points = [{ n: 0, gap: result.gap }, ...site.together].sort((a, b) => a.n - b.n);
  const told = site.together.find(({ n }) => n === 10) ?? site.together.at(-1);
  if (!told) return null;
  const flips = points.find(({ gap }) => gap * result.gap < 0);
  return (
    <Panel title="Removed together">
      <p className="nums text-sm">
        {removedWords(told.n)}: gap <strong className="font-semibold">{formatSigned(told.gap)}</strong>
        {flips && (
          <span className="text-ink-soft">
            ; without {flips.n === 1 ? "the strongest alone" : `the top ${flips.n}`} the other answer wins
          </span>
        )}
      </p>
      <div ref={box} className="mt-2 min-h-[170px]" aria-hidden="true">
        {visible && (
          <Suspense>
            <RemovalChart points={points} />
          </Suspense>
        )}
      </div>
      <table className="sr-only">
        <caption>Gap by number of causes removed</caption>
        <tbody>
          {points.map(({ n, gap }) => (
            <tr key={n}>
              <th scope="row">{n}</th>
              <td>{formatSigned(gap)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
