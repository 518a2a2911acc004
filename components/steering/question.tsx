"use client";
import type { Desk } from "@/lib/steering/desk/types";
import { Button } from "../ui/button";
import { cx } from "../ui/class-names";
import type { ChangeDesk } from "./use-desk";

const FIELD =
  "w-full rounded-lg border border-line bg-panel px-2.5 py-2 text-sm placeholder:text-ink-faint pointer-coarse:text-base";

interface Props {
  desk: Desk;
  /** Absent: only shown. */
  change?: ChangeDesk;
}

/** What is said to the model: system words if wanted, the question, and what followed. */
export function Question({ desk, change }: Props) {
  const { system, prompt, turns } = desk;
  if (!change) {
    return (
      <dl className="flex flex-col gap-2 text-sm">
        {system !== "" && <Said by="system" text={system} />}
        <Said by="user" text={prompt} />
        <Turns turns={turns} />
      </dl>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <details open={system !== "" ? true : undefined} className="text-xs text-ink-soft">
        <summary className="w-fit rounded py-1 hover:text-ink">System words</summary>
        <textarea
          aria-label="System words"
          rows={2}
          value={system}
          onChange={(event) => change({ system: event.target.value }, "system")}
          placeholder="none"
          className={cx(FIELD, "mt-1 text-ink")}
        />
      </details>
      <textarea
        aria-label="Question"
        rows={2}
        value={prompt}
        onChange={(event) => change({ prompt: event.target.value }, "prompt")}
        placeholder="Ask something"
        className={FIELD}
      />
      {turns.length > 0 && (
        <>
          <dl className="flex flex-col gap-2 text-sm">
            <Turns turns={turns} />
          </dl>
          <Button
            look="ghost"
            className="min-h-7 self-start px-2 text-xs"
            onClick={() => change({ turns: turns.slice(0, -2) })}
          >
            Take the last turn back
          </Button>
        </>
      )}
    </div>
  );
}

function Turns({ turns }: { turns: readonly string[] }) {
  return turns.map((text, i) => <Said key={i} by={i % 2 === 0 ? "model" : "user"} text={text} />);
}

function Said({ by, text }: { by: "system" | "user" | "model"; text: string }) {
  return (
    <div className={cx("rounded-lg px-2.5 py-1.5", by === "model" ? "bg-accent-soft" : "bg-sunken")}>
      <dt className="text-2xs text-ink-faint">{by}</dt>
      <dd className="whitespace-pre-wrap break-words">{text}</dd>
    </div>
  );
}
