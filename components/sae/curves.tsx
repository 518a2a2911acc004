"use client";
import { lazy, Suspense, useRef } from "react";
import type { CurvePoint } from "@/lib/saes/schema";
import { useOnScreen } from "../ui/on-screen";
import { type Series, seriesOf } from "./curve-series";

// The chart library is larger than everything else on the page together: it comes when the curves are looked at.
const CurveChart = lazy(() => import("./curve-chart").then((m) => ({ default: m.CurveChart })));

/** Training curves with their last values in words: how well the SAE did, then its loss and the learning rate. */
export function Curves({ points }: { points: CurvePoint[] }) {
  const last = points.at(-1);
  if (!last) return <p className="text-sm text-ink-soft">No training log: the SAE was imported.</p>;
  const { quality, loss } = seriesOf(points);
  return (
    <div className="flex flex-col gap-4">
      <Chart points={points} series={quality} words={`after ${last.step?.toLocaleString("en")} steps:`} />
      {loss.length > 0 && <Chart points={points} series={loss} words="at the end:" />}
    </div>
  );
}

function Chart({ points, series, words }: { points: CurvePoint[]; series: readonly Series[]; words: string }) {
  const box = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(box);
  const said = series.flatMap(({ key, name, color, digits }) => {
    const value = points.at(-1)?.[key];
    return typeof value === "number" ? [{ name, color, text: Number(value.toFixed(digits)).toString() }] : [];
  });
  return (
    <figure>
      <div ref={box} className="min-h-[132px]" aria-hidden="true">
        {visible && (
          <Suspense>
            <CurveChart points={points} series={series} />
          </Suspense>
        )}
      </div>
      <figcaption className="nums mt-1.5 flex flex-wrap gap-x-2.5 text-2xs text-ink-faint">
        {words}
        {said.map(({ name, color, text }) => (
          <span key={name} className="inline-flex items-center gap-1">
            <span className="inline-block h-0.5 w-3 rounded" style={{ background: color }} aria-hidden="true" />
            {name} {text}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
