"use client";
import { lazy, Suspense, useRef } from "react";
import type { CurvePoint } from "@/lib/saes/schema";
import { useOnScreen } from "../ui/on-screen";

// The chart library is larger than everything else on the page together: it comes when the curves are looked at.
const CurveChart = lazy(() => import("./curve-chart").then((m) => ({ default: m.CurveChart })));

/** The curves by name and colour; curve-chart.tsx draws them in the same colours. */
const KEYS = [
  { key: "fvu", name: "FVU", color: "var(--accent)", digits: 3 },
  { key: "dead", name: "dead share", color: "var(--warn)", digits: 3 },
  { key: "l0", name: "L0", color: "var(--ink-faint)", digits: 1 },
] as const;

/** Training curves with their last values in words. */
export function Curves({ points }: { points: CurvePoint[] }) {
  const box = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(box);
  const last = points.at(-1);
  if (!last) return <p className="text-sm text-ink-soft">No training log: the SAE was imported.</p>;
  const said = KEYS.flatMap(({ key, name, color, digits }) => {
    const value = last[key];
    return typeof value === "number" ? [{ name, color, text: value.toFixed(digits) }] : [];
  });
  return (
    <figure>
      <div ref={box} className="min-h-[150px]" aria-hidden="true">
        {visible && (
          <Suspense>
            <CurveChart points={points} />
          </Suspense>
        )}
      </div>
      <figcaption className="nums mt-1.5 text-2xs text-ink-faint">
        after {last.step?.toLocaleString("en")} steps:
        {said.map(({ name, color, text }) => (
          <span key={name} className="ml-2.5 inline-flex items-center gap-1">
            <span className="inline-block h-0.5 w-3 rounded" style={{ background: color }} aria-hidden="true" />
            {name} {text}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
