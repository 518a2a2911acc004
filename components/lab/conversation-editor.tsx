"use client";
import { cx } from "../ui/class-names";

export interface Turn {
  role: "system" | "user" | "assistant";
  content: string;
}

interface Props {
  turns: readonly Turn[];
  onChange: (turns: Turn[]) => void;
  placeholder?: string;
  className?: string;
}

const NAMES: Record<Turn["role"], string> = { system: "System", user: "Question", assistant: "Answer" };
const FOLLOWS: Record<Turn["role"], Turn["role"]> = { system: "user", user: "assistant", assistant: "user" };

/** What a model reads: one question, or the turns of a conversation. */
export function ConversationEditor({ turns, onChange, placeholder, className }: Props) {
  const set = (at: number, content: string) => onChange(turns.map((t, i) => (i === at ? { ...t, content } : t)));
  const only = turns.length === 1;
  return (
    <div className={cx("flex flex-col gap-2", className)}>
      {turns.map(({ role, content }, i) => (
        <label key={i} className="block">
          <span className="mb-1 block text-ink-soft text-xs">{NAMES[role]}</span>
          <textarea
            value={content}
            rows={only ? 2 : 1}
            placeholder={role === "user" ? placeholder : undefined}
            onChange={(event) => set(i, event.target.value)}
            className={cx(
              "field-sizing-content block w-full resize-none rounded-xl border border-line bg-panel px-3 py-2 placeholder:text-ink-faint",
              only ? "min-h-17 text-lg" : "min-h-10 text-base",
            )}
          />
        </label>
      ))}
      <div className="flex flex-wrap gap-x-4 text-xs">
        <button
          type="button"
          className="rounded py-1 text-ink-soft underline underline-offset-2 hover:text-ink"
          onClick={() => onChange([...turns, { role: FOLLOWS[turns.at(-1)?.role ?? "system"], content: "" }])}
        >
          Add a turn
        </button>
        {!only && (
          <button
            type="button"
            className="rounded py-1 text-ink-soft underline underline-offset-2 hover:text-ink"
            onClick={() => onChange(turns.slice(0, -1))}
          >
            Remove the last turn
          </button>
        )}
      </div>
    </div>
  );
}
