"use client";
import { useState } from "react";
import { cx } from "../ui/class-names";

interface Props {
  label: string;
  /** The label is shown above; otherwise only said. */
  shown?: boolean;
  value: number;
  min: number;
  max: number;
  step: number | "any";
  whole?: boolean;
  onChange: (value: number) => void;
  className?: string;
}

/** A number that may pass through states that are none while it is typed, "-" or "". */
export function NumberField({ label, shown, value, min, max, step, whole, onChange, className }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const take = (text: string) => {
    setDraft(text);
    const x = Number(text);
    if (text.trim() !== "" && x >= min && x <= max && (!whole || Number.isInteger(x))) onChange(x + 0);
  };
  return (
    <label className={cx("flex min-w-0 flex-col gap-0.5 text-2xs text-ink-faint", className)}>
      <span className={shown ? undefined : "sr-only"}>{label}</span>
      <input
        type="number"
        inputMode="decimal"
        value={draft ?? value}
        min={min}
        max={max}
        step={step}
        onChange={(event) => take(event.target.value)}
        onBlur={() => setDraft(null)}
        className="nums h-8 w-full min-w-0 rounded-lg border border-line bg-panel px-2 text-ink text-sm pointer-coarse:h-11"
      />
    </label>
  );
}
