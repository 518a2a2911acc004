"use client";
import { lazy, type ReactNode } from "react";
import type { ComparedSae } from "@/lib/saes/schema";
import { Panel } from "../ui/panel";
import { WhenNear } from "../ui/when-near";
import type { NamedLine } from "./line-chart";

const OverlaidLines = lazy(() => import("./line-chart").then((m) => ({ default: m.OverlaidLines })));

interface Props {
  saes: readonly ComparedSae[];
  colors: ReadonlyMap<string, string>;
  marked: string | null;
}

const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;
const power = (x: number) => (x === 0 ? "1" : `1e${Math.round(x)}`);
const rows = (x: number) => (x >= 1e6 ? `${Number((x / 1e6).toPrecision(2))} M` : `${Math.round(x / 1000)} k`);

/** How often the latents of each SAE fire: share of its latents by firing rate, each SAE a line. */
export function DensityLines({ saes, colors, marked }: Props) {
  const measured = saes.filter(({ density }) => density);
  const lines = measured.map(({ ref, slug, density }): NamedLine => {
    const { edges, counts, never } = density!;
    const total = counts.reduce((sum, n) => sum + n, never);
    const step = (edges[1] - edges[0]) / counts.length;
    const points = counts.map((n, i) => ({ x: edges[0] + (i + 0.5) * step, y: n / total }));
    return { ref, slug, color: colors.get(ref) as string, points: points.filter(({ x }) => x > -6) };
  });
  const silent = measured.map(
    ({ density }) => density!.never / density!.counts.reduce((sum, n) => sum + n, density!.never),
  );
  return (
    <Chart
      title="Density"
      words={
        lines.length > 0
          ? `Share of latents by the share of held-out rows at which they fire, log10; never: ${range(
              silent.map((x) => 100 * x),
              "%",
            )}.`
          : "No SAE that is shown has densities of held-out rows: it was imported and not measured on rows."
      }
    >
      {lines.length > 0 &&
        (() => (
          <OverlaidLines
            lines={lines}
            xTicks={[-6, -5, -4, -3, -2, -1, 0]}
            xFormat={power}
            yFormat={percent}
            marked={marked}
          />
        ))}
    </Chart>
  );
}

/** Ticks at 1, 2 and 5 times powers of ten around the rows of all lines. */
function rowTicks(lines: readonly NamedLine[]): number[] {
  const xs = lines.flatMap(({ points }) => [points[0]!.x, points.at(-1)!.x]);
  const [lo, hi] = [Math.min(...xs), Math.max(...xs)];
  const all = Array.from({ length: 40 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** Math.floor(i / 3));
  const from = all.findLastIndex((tick) => tick <= lo);
  const to = all.findIndex((tick) => tick >= hi);
  return all.slice(Math.max(0, from), (to < 0 ? all.length : to) + 1);
}

/** FVU while training, by the rows that were seen. */
export function TrainingLines({ saes, colors, marked }: Props) {
  const lines = saes.flatMap(({ ref, slug, curves }): NamedLine[] => {
    const points = curves.flatMap(({ rows: x, fvu: y }) =>
      typeof x === "number" && typeof y === "number" ? [{ x, y }] : [],
    );
    return points.length > 1 ? [{ ref, slug, color: colors.get(ref) as string, points }] : [];
  });
  const ends = lines.map(({ points }) => points.at(-1)!.y);
  return (
    <Chart
      title="Training"
      words={
        lines.length > 0
          ? `FVU of a batch by the rows seen until then; at the end ${range(ends, "")}.`
          : "No SAE that is shown has a training log: imported ones have none."
      }
    >
      {lines.length > 0 &&
        (() => (
          <OverlaidLines
            lines={lines}
            xTicks={rowTicks(lines)}
            logarithmic
            xFormat={rows}
            yFormat={(y) => y.toFixed(2)}
            marked={marked}
          />
        ))}
    </Chart>
  );
}

/** "1.2 to 3.4 %", or one number where there is only one. */
function range(values: readonly number[], unit: string): string {
  const text = (x: number) => Number(x.toPrecision(2)).toString();
  const [lo, hi] = [text(Math.min(...values)), text(Math.max(...values))];
  return `${lo === hi ? lo : `${lo} to ${hi}`}${unit && ` ${unit}`}`;
}

function Chart({ title, words, children }: { title: string; words: string; children: false | (() => ReactNode) }) {
  return (
    <Panel title={title} aside={children && "colours as in the table"}>
      <figure>
        {children && (
          <div aria-hidden="true">
            <WhenNear className="min-h-[200px]">{children}</WhenNear>
          </div>
        )}
        <figcaption className="nums mt-1.5 text-xs text-ink-soft">{words}</figcaption>
      </figure>
    </Panel>
  );
}
