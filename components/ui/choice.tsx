import { cx } from "./class-names";

interface Props<Value extends string> {
  label: string;
  value: Value;
  /** Values with their words, in order. */
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
  className?: string;
}

/** One of a few, in a list that opens; its label stands above. */
export function Choice<Value extends string>({ label, value, options, onChange, className }: Props<Value>) {
  return (
    <label className={cx("flex min-w-0 flex-col gap-1 text-ink-soft text-xs", className)}>
      {label}
      <select
        value={value}
        onChange={(event) => onChange(event.target.value as Value)}
        className="h-9 rounded-lg border border-line bg-panel px-2 text-ink text-sm pointer-coarse:h-11"
      >
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
