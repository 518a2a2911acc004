"use client";
import { useMemo } from "react";
import { diffWords, signed, stretchesOf } from "@/lib/steering/format";
import type { SteeredToken } from "@/lib/steering/schema";
import { cx } from "../ui/class-names";
import { textOf } from "./answers";

interface Props {
  dose: number;
  /** What the dose comes to for a single feature: "−6 × ref". */
  detail: string | undefined;
  tokens: readonly SteeredToken[] | undefined;
  baseline: string;
  /** The whole strip is there. */
  finished: boolean;
}

/** One dose: its answer, with what differs from the plain one marked. Dose 0 is the plain answer, and says so. */
export function FilmFrame({ dose, detail, tokens, baseline, finished }: Props) {
  const text = textOf(tokens);
  const changes = useMemo(() => diffWords(baseline, text, !finished).right, [baseline, text, finished]);
  const equal = finished && text === baseline;
  return (
    <li
      aria-label={`Dose ${signed(dose)}`}
      className={cx(
        "flex w-36 shrink-0 flex-col rounded-lg border p-2.5 lg:w-auto lg:min-w-0 lg:flex-1",
        dose === 0 ? "border-line-strong bg-sunken" : "border-line bg-panel",
      )}
    >
      <p className="nums mb-1.5 flex flex-wrap items-baseline justify-between gap-x-1.5">
        <span className="font-semibold text-sm">{signed(dose)}</span>
        <span className="text-2xs text-ink-faint">{dose === 0 ? "untouched" : detail}</span>
      </p>
      <p className="max-h-48 min-h-16 overflow-y-auto whitespace-pre-wrap break-words text-sm leading-6">
        {tokens ? (
          stretchesOf(tokens, changes).map(({ mark, parts }, i) => {
            const text = parts.map((part) => part.text).join("");
            const words = i === 0 ? text.trimStart() : text;
            return mark === "same" ? (
              <span key={i}>{words}</span>
            ) : (
              <mark
                key={i}
                className="rounded-[3px] bg-accent-soft text-inherit underline decoration-accent/60 underline-offset-4"
              >
                {words}
              </mark>
            );
          })
        ) : (
          <span className="text-ink-faint" aria-hidden="true">
            …
          </span>
        )}
      </p>
      {finished && tokens && dose === 0 && (
        <p className={cx("mt-1.5 text-2xs", equal ? "text-good" : "text-bad")}>
          {equal ? "✓ equals the untouched answer" : "✗ differs from the untouched answer"}
        </p>
      )}
      {equal && dose !== 0 && <p className="mt-1.5 text-2xs text-ink-faint">no change</p>}
    </li>
  );
}
