"use client";
import { cx } from "./class-names";

export interface Segment<T extends string> {
  value: T;
  label: string;
  /** Single letters that choose it from anywhere on the page. */
  keys?: string;
  /** Longer words for the help dialog and the tooltip. */
  title?: string;
}

interface Props<T extends string> {
  label: string;
  value: T;
  segments: readonly Segment<T>[];
  onChange: (value: T) => void;
  className?: string;
}

/** One choice among a few, as a row of buttons with radio semantics; arrow keys move as in a native radio group. */
export function Segmented<T extends string>({ label, value, segments, onChange, className }: Props<T>) {
  const move = (by: number, group: HTMLElement) => {
    const at = segments.findIndex((s) => s.value === value);
    const next = (at + by + segments.length) % segments.length;
    onChange((segments[next] as Segment<T>).value);
    group.querySelectorAll<HTMLElement>("[role=radio]")[next]?.focus();
  };
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className={cx("inline-flex rounded-lg border border-line bg-sunken p-0.5", className)}
      onKeyDown={(event) => {
        const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!by) return;
        event.preventDefault();
        move(by, event.currentTarget);
      }}
    >
      {segments.map((s) => (
        // biome-ignore lint/a11y/useSemanticElements: a native radio cannot carry the shortcut and the button look without a second element
        <button
          key={s.value}
          type="button"
          role="radio"
          aria-checked={s.value === value}
          tabIndex={s.value === value ? 0 : -1}
          title={s.title}
          data-key={s.keys}
          data-key-label={s.title ?? `${label}: ${s.label}`}
          onClick={() => onChange(s.value)}
          className={cx(
            "min-h-7 whitespace-nowrap rounded-md px-2.5 text-xs font-medium transition-colors pointer-coarse:min-h-10",
            s.value === value ? "bg-panel text-ink shadow-sm" : "text-ink-soft hover:text-ink",
          )}
        >
          {s.label}
        </button>
      ))}
    </div>
  );
}
