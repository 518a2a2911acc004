"use client";
import { useState } from "react";
import { DESCRIBE, type InspectState, steerAddress, traceAddress } from "@/lib/inspect/desk/format";
import type { InspectResult } from "@/lib/inspect/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { LikeliestTokens } from "../viz/likeliest-tokens";
import { readable } from "../viz/token-strip";

interface Props {
  answer: NonNullable<InspectResult["answer"]>;
  state: InspectState;
  className?: string;
}

/** What the model says to the input, token by token, with what it might have said instead. */
export function AnswerPanel({ answer, state, className }: Props) {
  const [at, setAt] = useState(0);
  const [sae] = state.in;
  const token = answer.tokens[at];
  return (
    <Panel
      title="Answer"
      {...(className ? { className } : {})}
      aside={
        <span className="flex gap-4">
          <Link
            href={steerAddress(state, sae as string, state.pins)}
            data-key="s"
            data-key-label="steer this answer"
            className="rounded text-accent underline underline-offset-2"
          >
            Steer it
          </Link>
          <Link
            href={traceAddress(state, sae as string)}
            data-key="t"
            data-key-label="trace this answer"
            className="rounded text-accent underline underline-offset-2"
          >
            Trace it
          </Link>
        </span>
      }
    >
      <p className="mb-2 text-ink-faint text-xs">to “{state.text.trim() || DESCRIBE}”</p>
      <p className="flex flex-wrap font-medium">
        {answer.tokens.map((t, i) => (
          <button
            key={i}
            type="button"
            aria-pressed={i === at}
            onClick={() => setAt(i)}
            onPointerEnter={() => setAt(i)}
            className={`min-h-8 whitespace-pre rounded px-px hover:bg-sunken pointer-coarse:min-h-11 ${i === at ? "bg-accent-soft" : ""}`}
          >
            {readable(t.text)}
          </button>
        ))}
        {answer.tokens.length === 0 && <span className="text-ink-soft">The model says nothing.</span>}
      </p>
      {token && (
        <LikeliestTokens
          label={`Likeliest tokens at “${readable(token.text).trim()}”`}
          top={token.top}
          className="mt-2"
        />
      )}
    </Panel>
  );
}
