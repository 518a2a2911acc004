"use client";
import { lazy, type ReactNode, Suspense, useRef } from "react";
import { formatShare, formatValue } from "@/lib/features/format";
import type { FilmPoint } from "@/lib/steering/film/format";
import { signed } from "@/lib/steering/format";
import { useOnScreen } from "../ui/on-screen";
import { ScrollBox } from "../ui/scroll-box";
import type { ChartPoint } from "./effect-chart";

// The chart library is larger than the desk: it comes when a film strip is looked at.
const EffectChart = lazy(() => import("./effect-chart").then((m) => ({ default: m.EffectChart })));

const number = (x: number | null) => (x === null ? "–" : `${x < 0 ? "−" : ""}${formatValue(Math.abs(x))}`);

/** Effect and off-target change by dose, each with its random controls; the same in a table. */
export function FilmCharts({ points, watched }: { points: FilmPoint[]; watched: boolean }) {
  const measure = watched ? "gap of the two answers" : "log-probability of its top tokens";
  const random = points.some((p) => p.random !== null);
  return (
    <div className="grid gap-x-6 gap-y-4 md:grid-cols-2">
      <Chart
        title="Effect"
        note={`change of the ${measure}, at the first token`}
        legend={random ? "random directions, smallest to largest" : undefined}
        color="var(--accent)"
        points={points.map(({ dose, effect, random: band }) => ({ dose, value: effect, band }))}
      />
      <Chart
        title="Off-target"
        note="mean KL on control prompts, nats"
        legend={points.some((p) => p.klRandom !== null) ? "random directions" : undefined}
        color="var(--warn)"
        points={points.map(({ dose, kl, klRandom: band }) => ({ dose, value: kl, band }))}
      />
      <details className="text-xs md:col-span-2">
        <summary className="w-fit rounded text-ink-soft underline underline-offset-2">Numbers</summary>
        <ScrollBox label="Numbers by dose">
          <table className="nums mt-2 w-full min-w-[30rem] text-right">
            <thead className="text-ink-faint">
              <tr>
                {["dose", "effect", "random", "off-target KL", "answers changed", "of the norm"].map((head) => (
                  <th key={head} scope="col" className="px-2 py-1 font-normal first:text-left">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.map((p) => (
                <tr key={p.dose} className="border-line border-t">
                  <th scope="row" className="px-2 py-1 text-left font-medium">
                    {signed(p.dose)}
                  </th>
                  <td className="px-2">{number(p.effect)}</td>
                  <td className="px-2">{p.random ? p.random.map(number).join(" to ") : "–"}</td>
                  <td className="px-2">{number(p.kl)}</td>
                  <td className="px-2">{formatShare(p.changed)}</td>
                  <td className="px-2">{formatShare(p.normShare)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      </details>
    </div>
  );
}

interface ChartProps {
  title: string;
  note: ReactNode;
  legend: string | undefined;
  color: string;
  points: ChartPoint[];
}

function Chart({ title, note, legend, color, points }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(box);
  if (points.every(({ value }) => value === null)) return null;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex flex-wrap items-baseline gap-x-2 text-xs">
        <span className="font-medium">{title}</span>
        <span className="text-ink-faint">{note}</span>
      </figcaption>
      <div ref={box} className="min-h-[150px]" aria-hidden="true">
        {visible && (
          <Suspense>
            <EffectChart points={points} name={title.toLowerCase()} bandName="random directions" color={color} />
          </Suspense>
        )}
      </div>
      {legend && (
        <p className="mt-0.5 flex items-center gap-1.5 text-2xs text-ink-faint">
          <span className="inline-block h-2 w-4 rounded-sm bg-ink-faint/25" aria-hidden="true" />
          {legend}
        </p>
      )}
    </figure>
  );
}
