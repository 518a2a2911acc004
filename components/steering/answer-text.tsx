"use client";
import { useState } from "react";
import { type Change, chance, stretchesOf } from "@/lib/steering/format";
import type { SteeredToken } from "@/lib/steering/schema";
import { cx } from "../ui/class-names";

interface Props {
  name: string;
  tokens: readonly SteeredToken[];
  changes: readonly Change[];
  /** More may come. */
  growing: boolean;
}

const MARKS = {
  same: "",
  changed: "rounded-[3px] bg-accent-soft text-inherit underline decoration-accent/60 decoration-1 underline-offset-4",
  first:
    "rounded-[3px] bg-accent px-0.5 text-accent-ink underline decoration-2 decoration-accent-ink/70 underline-offset-4",
} as const;

/**
 * An answer with its differences marked; the first one most. Pointing at a token, or moving to it with the arrow keys,
 * tells how likely it was and what else could have come.
 */
export function AnswerText({ name, tokens, changes, growing }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const token = at === null ? undefined : tokens[at];
  const move = (by: number) => setAt(Math.min(tokens.length - 1, Math.max(0, (at ?? (by > 0 ? -1 : 0)) + by)));
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a text whose tokens can be walked through is no form field set */}
      <div
        role="group"
        aria-label={`${name}: answer. Arrow keys go through its tokens.`}
        tabIndex={tokens.length > 0 ? 0 : undefined}
        onKeyDown={(event) => {
          const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (by) move(by);
          else if (event.key === "Escape") setAt(null);
          else return;
          event.preventDefault();
        }}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        className="whitespace-pre-wrap break-words rounded text-base leading-7"
      >
        {stretchesOf(tokens, changes).map(({ mark, parts }, i) => {
          const inner = parts.map((part, j) => (
            <span
              key={j}
              onPointerEnter={() => setAt(part.token)}
              className={part.token === at ? "rounded-[3px] outline outline-1 outline-ink-faint" : undefined}
            >
              {i + j === 0 ? part.text.trimStart() : part.text}
            </span>
          ));
          return mark === "same" ? (
            <span key={i}>{inner}</span>
          ) : (
            <mark key={i} data-mark={mark} className={MARKS[mark]}>
              {inner}
            </mark>
          );
        })}
        {growing && (
          <span className="ml-0.5 inline-block h-4 w-2 translate-y-0.5 animate-pulse bg-accent/70" aria-hidden="true" />
        )}
      </div>
      <p className={cx("nums mt-2 min-h-4 truncate text-2xs text-ink-faint")} aria-live="off">
        {token ? <Odds token={token} /> : null}
      </p>
    </>
  );
}

function Odds({ token }: { token: SteeredToken }) {
  const others = (token.top ?? []).filter(({ id }) => id !== token.id).slice(0, 3);
  return (
    <>
      <span className="text-ink">
        “{token.text.trim() || token.token}” {chance(token.logprob)}
      </span>
      {others.length > 0 && ` · else ${others.map((o) => `${readable(o.token)} ${chance(o.logprob)}`).join(", ")}`}
    </>
  );
}

/** A vocabulary entry without the marks that stand for spaces. */
function readable(token: string): string {
  return token.replaceAll(/[▁Ġ]/g, " ").trim() || token;
}
