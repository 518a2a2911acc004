"use client";
import { useRef } from "react";
import { answerOf, formatProbability, readableToken } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";
import { cx } from "../ui/class-names";

const OFFERED = 5;

interface Props {
  label: string;
  value: string;
  placeholder: string;
  likely: TraceResult["likely"];
  onChange: (value: string, history: "push" | "replace") => void;
}

/** One of the two answers: any text, or one of the tokens that the model thought of. An edit is one step of history. */
export function AnswerField({ label, value, placeholder, likely, onChange }: Props) {
  const editing = useRef(false);
  return (
    <div className="min-w-0">
      <label className="flex flex-col gap-1 text-ink-soft text-xs">
        {label}
        <input
          value={value}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => {
            onChange(event.target.value, editing.current ? "replace" : "push");
            editing.current = true;
          }}
          onBlur={() => {
            editing.current = false;
          }}
          className="h-10 w-full rounded-lg border border-line bg-panel px-3 text-base text-ink placeholder:text-ink-faint pointer-coarse:h-11"
        />
      </label>
      {likely.length > 0 && (
        <ul aria-label={`Likely tokens for ${label}`} className="mt-1.5 flex flex-wrap gap-1">
          {likely.slice(0, OFFERED).map((token) => {
            const text = answerOf(token);
            return (
              <li key={token.id}>
                <button
                  type="button"
                  aria-pressed={text === value}
                  onClick={() => onChange(text === value ? "" : text, "push")}
                  className={cx(
                    "nums inline-flex min-h-6 items-baseline gap-1.5 rounded-md px-1.5 text-xs pointer-coarse:min-h-10 pointer-coarse:items-center pointer-coarse:px-3",
                    text === value ? "bg-accent-soft text-accent" : "bg-sunken text-ink-soft hover:text-ink",
                  )}
                >
                  <span className="font-mono">{readableToken(token.token).trim() || text}</span>
                  <span className={text === value ? "" : "text-ink-faint"}>{formatProbability(token.logprob)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
