"use client";
import { useMemo, useState } from "react";
import { diffWords } from "@/lib/steering/format";
import type { SteeredToken } from "@/lib/steering/schema";
import { Badge } from "../ui/badge";
import { cx } from "../ui/class-names";
import { Segmented } from "../ui/segmented";
import { AnswerText } from "./answer-text";
import type { SteerState } from "./use-steer-run";

type Side = "untouched" | "steered";

export const textOf = (tokens: readonly SteeredToken[] | undefined): string =>
  (tokens ?? []).map((token) => token?.text ?? "").join("");

/** The plain and the steered answer side by side, while they come and after; on a phone one of them at a time. */
export function Answers({ state, stale }: { state: SteerState; stale: boolean }) {
  const [side, setSide] = useState<Side>("steered");
  const { lanes, busy, result } = state;
  const baseline = lanes.baseline ?? [];
  const steered = lanes.steered ?? [];
  const [left, right] = [textOf(baseline), textOf(steered)];
  const growing = busy && result === null && Object.keys(lanes).length <= 2;
  const diff = useMemo(() => diffWords(left, right, growing), [left, right, growing]);
  const finish = (lane: string) => result?.frames.find((f) => f.lane === lane)?.finish;
  const same = !growing && right !== "" && left === right;
  const columns = [
    { side: "untouched", title: "Untouched", tokens: baseline, changes: diff.left, lane: "baseline" },
    { side: "steered", title: "Steered", tokens: steered, changes: diff.right, lane: "steered" },
  ] as const;
  return (
    <section aria-label="Answers" aria-busy={growing} className={cx("transition-opacity", stale && "opacity-40")}>
      <Segmented
        label="Answer"
        className="mb-2 md:hidden"
        value={side}
        onChange={setSide}
        segments={columns.map((column) => ({ value: column.side, label: column.title }))}
      />
      <div className="grid gap-4 md:grid-cols-2">
        {columns.map(({ title, tokens, changes, lane, ...column }) => (
          <article
            key={lane}
            aria-label={title}
            className={cx(
              "min-h-36 min-w-0 rounded-xl border bg-panel p-4 shadow-lift",
              column.side === "steered" ? "border-accent/50" : "border-line",
              column.side !== side && "max-md:hidden",
            )}
          >
            <div className="mb-2 flex items-baseline justify-between gap-2">
              <h2 className={cx("eyebrow", column.side === "steered" && "text-accent")}>{title}</h2>
              <span className="flex gap-1.5">
                {column.side === "steered" && same && <Badge>the same words</Badge>}
                {finish(lane) === "length" && <Badge title="it reached the length limit">cut off</Badge>}
              </span>
            </div>
            <AnswerText
              name={title}
              tokens={tokens}
              changes={changes}
              growing={
                growing && (lane === "steered" ? steered.length > 0 || baseline.length > 0 : steered.length === 0)
              }
            />
          </article>
        ))}
      </div>
      <p className="sr-only" aria-live="polite">
        {sentences(right, growing)}
      </p>
    </section>
  );
}

/** Whole sentences of what is there so far: a growing answer is announced by sentence, not by token. */
function sentences(text: string, growing: boolean): string {
  if (text === "") return "";
  const whole = growing ? text.slice(0, text.search(/[^.!?]*$/)) : text;
  return whole === "" ? "" : `Steered: ${whole}`;
}
