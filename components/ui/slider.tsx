"use client";

interface Props {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /** How the value reads, e.g. "65 %". */
  text: string;
  onChange: (value: number) => void;
  /** Single letters that step it down and up. */
  keys?: [down: string, up: string];
}

/** A native range input with its name and its value in words. */
export function Slider({ label, value, min, max, step, text, onChange, keys }: Props) {
  const nudge = (by: number) => onChange(Math.min(max, Math.max(min, Math.round((value + by) / step) * step)));
  return (
    <label className="flex items-center gap-2 text-xs text-ink-soft">
      <span>{label}</span>
      <input
        type="range"
        className="h-5 w-24 min-w-0 flex-1 pointer-coarse:h-10"
        value={value}
        min={min}
        max={max}
        step={step}
        aria-valuetext={text}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <output className="nums min-w-10 whitespace-nowrap text-right text-ink">{text}</output>
      {keys && (
        <>
          <button
            type="button"
            hidden
            data-key={keys[0]}
            data-key-label={`${label} down`}
            onClick={() => nudge(-2 * step)}
          />
          <button
            type="button"
            hidden
            data-key={keys[1]}
            data-key-label={`${label} up`}
            onClick={() => nudge(2 * step)}
          />
        </>
      )}
    </label>
  );
}
