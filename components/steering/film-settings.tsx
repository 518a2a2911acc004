"use client";
import { parseDoses } from "@/lib/steering/desk/format";
import type { Desk } from "@/lib/steering/desk/types";
import { signed } from "@/lib/steering/format";
import type { ChangeDesk } from "./use-desk";

const RANGES = ["-1..1", "-2..2", "-3..3", "-5..5", "0..4"];

/** Doses of the strip, and two answers to watch if the effect is to be measured on them. */
export function FilmSettings({ desk, change }: { desk: Desk; change: ChangeDesk }) {
  const { doses, answer, against } = desk;
  const range = `${doses.from}..${doses.to}`;
  const field =
    "h-8 w-24 min-w-0 rounded-lg border border-line bg-panel px-2 text-ink text-sm placeholder:text-ink-faint pointer-coarse:h-11";
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2 text-ink-soft text-xs">
      <label className="flex items-center gap-1.5">
        doses
        <select
          value={range}
          onChange={(event) => change({ doses: parseDoses(event.target.value) ?? doses })}
          title="Multiples of the strengths above"
          className="nums h-8 rounded-lg border border-line bg-panel px-1.5 text-ink text-sm pointer-coarse:h-11"
        >
          {[...new Set([...RANGES, range])].map((text) => {
            const ends = parseDoses(text) ?? doses;
            return (
              <option key={text} value={text}>
                {signed(ends.from)} to {signed(ends.to)}
              </option>
            );
          })}
        </select>
      </label>
      <span
        className="flex flex-wrap items-center gap-1.5"
        title="The effect is then the change of the gap between their log-probabilities"
      >
        watch
        <input
          aria-label="Answer to watch"
          placeholder="yes"
          value={answer}
          onChange={(event) => change({ answer: event.target.value }, "answer")}
          className={field}
        />
        against
        <input
          aria-label="Against"
          placeholder="no"
          value={against}
          onChange={(event) => change({ against: event.target.value }, "against")}
          className={field}
        />
      </span>
    </div>
  );
}
