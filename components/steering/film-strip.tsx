"use client";
import type { ReactNode } from "react";
import { formatShare } from "@/lib/features/format";
import type { Desk } from "@/lib/steering/desk/types";
import { doseOf, filmPoints, specificWords } from "@/lib/steering/film/format";
import { strengthOf } from "@/lib/steering/format";
import type { SteerFrame } from "@/lib/steering/schema";
import { Badge } from "../ui/badge";
import { cx } from "../ui/class-names";
import { textOf } from "./answers";
import { FilmCharts } from "./film-charts";
import { FilmFrame } from "./film-frame";
import { strengthWords } from "./strength";
import type { SteerState } from "./use-steer-run";

interface Props {
  state: SteerState;
  desk: Desk;
  stale: boolean;
  /** Settings and the button, above the frames. */
  children?: ReactNode;
}

/** The same question at every dose, and whether what changes is the feature's doing. */
export function FilmStrip({ state, desk, stale, children }: Props) {
  const { lanes, result, asked, busy } = state;
  const doses = [...(asked?.doses ?? [])].sort((a, b) => a - b);
  const byDose = new Map(Object.entries(lanes).map(([lane, tokens]) => [doseOf(lane), tokens]));
  const shown = doses.length > 0 && (busy || byDose.size > 1 || result !== null);
  const only = desk.features.length === 1 ? desk.features[0] : undefined;
  const detail = (dose: number) =>
    only && strengthOf(only.method) === "level"
      ? strengthWords({ ...only, strength: only.strength * dose }, desk.unit)
      : undefined;
  return (
    <section aria-label="Film strip" className="min-w-0 rounded-xl border border-line bg-panel p-4 shadow-lift">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="font-semibold text-sm">Film strip</h2>
        {children}
      </div>
      {shown ? (
        <div className={cx("transition-opacity", stale && "opacity-40")}>
          <ol
            aria-label="Doses"
            aria-busy={busy}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows scroll it where it is wider than the screen
            tabIndex={0}
            className="-mx-4 flex gap-2 overflow-x-auto px-4 pb-2"
          >
            {doses.map((dose) => (
              <FilmFrame
                key={dose}
                dose={dose + 0}
                detail={detail(dose)}
                tokens={byDose.get(dose + 0)}
                baseline={textOf(lanes.baseline)}
                finished={result !== null}
              />
            ))}
          </ol>
          {result ? (
            <Verdict
              frames={result.frames}
              specific={specificWords(result.specific)}
              isSpecific={result.specific.from !== null}
              watched={asked?.watch !== undefined}
            />
          ) : (
            <p className="nums mt-2 text-ink-faint text-xs">
              {busy
                ? "Charts and the verdict follow when the controls are done."
                : "It ended before the controls were done."}
            </p>
          )}
        </div>
      ) : (
        <p className="max-w-prose text-ink-soft text-sm">
          Answers the same question at every dose from negative to positive, beside random directions of the same
          length: so you see what the feature does, and what any push would do.
        </p>
      )}
    </section>
  );
}

function Verdict({
  frames,
  specific,
  isSpecific,
  watched,
}: {
  frames: readonly SteerFrame[];
  specific: string;
  isSpecific: boolean;
  watched: boolean;
}) {
  const points = filmPoints(frames);
  const controlled = frames.some((f) => f.control === "random");
  const sae = frames.find((f) => f.control === "sae");
  const baseline = frames.find((f) => f.lane === "baseline");
  const strongest = frames.find((f) => f.lane === "steered");
  return (
    <div className="mt-3 flex flex-col gap-4">
      <div className="flex flex-col gap-1.5 text-sm">
        {controlled && (
          <p data-verdict>
            <Badge tone={isSpecific ? "good" : "warn"}>{isSpecific ? "specific" : "not specific"}</Badge>{" "}
            <span className="ml-1">{specific}</span>
          </p>
        )}
        {sae && (
          <p className="text-ink-soft">
            SAE alone: {sae.text === baseline?.text ? "the same answer." : <>“{sae.text.trim()}”</>}
            {strongest && ` · steered changes ${formatShare(strongest.normShare)} of the hidden norm.`}
          </p>
        )}
      </div>
      <FilmCharts points={points} watched={watched} />
    </div>
  );
}
