"use client";
import { lazy } from "react";
import type { ComparedSae } from "@/lib/saes/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { WhenNear } from "../ui/when-near";
import { type FigureColumn, type ParetoPoint, paretoFrontier } from "./compared";

const ParetoChart = lazy(() => import("./pareto-chart").then((m) => ({ default: m.ParetoChart })));

interface Props {
  title: string;
  saes: readonly ComparedSae[];
  l0: FigureColumn;
  figure: FigureColumn;
  colors: ReadonlyMap<string, string>;
  marked: string | null;
  onMark: (ref: string | null) => void;
}

/** L0 against a figure, with a sentence on who is not beaten, and who is missing. */
export function ParetoPanel({ title, saes, l0, figure, colors, marked, onMark }: Props) {
  const best = figure.best ?? "least";
  const points = saes.flatMap((sae): ParetoPoint[] => {
    const [x, y] = [l0.of(sae), figure.of(sae)];
    if (x === null || y === null || x <= 0) return [];
    const { ref, slug, architecture, n } = sae;
    return [{ ref, slug, architecture, n, color: colors.get(ref) as string, x, y }];
  });
  // Small points lie over large ones.
  points.sort((a, b) => b.n - a.n);
  const missing = saes.filter((sae) => !points.some(({ ref }) => ref === sae.ref));
  const frontier = paretoFrontier(points, best).map(({ slug }) => slug);
  return (
    <Panel title={title} aside={points.length > 0 && (best === "least" ? "lower is better" : "higher is better")}>
      <figure>
        {points.length > 0 && (
          <div aria-hidden="true">
            <WhenNear className="min-h-[260px]">
              {() => <ParetoChart points={points} name={figure.name} best={best} marked={marked} onMark={onMark} />}
            </WhenNear>
          </div>
        )}
        <figcaption className="mt-1.5 text-xs text-ink-soft">
          {points.length > 1 && <p>No other is better at as low an L0: {frontier.join(", ")}.</p>}
          {points.length === 1 && <p>One SAE has both figures: choose another to compare it with.</p>}
          {missing.length > 0 && (
            <p className={points.length > 0 ? "mt-1" : "py-10 text-center"}>
              Not measured yet:{" "}
              {missing.map(({ ref, slug }, i) => (
                <span key={ref}>
                  {i > 0 && ", "}
                  <Link href={`/${ref}`} className="rounded underline underline-offset-2 hover:text-ink">
                    {slug}
                  </Link>
                </span>
              ))}
              . A button on an SAE’s page measures it.
            </p>
          )}
        </figcaption>
      </figure>
    </Panel>
  );
}
