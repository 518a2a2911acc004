import { cx } from "./class-names";

interface Props {
  checked: boolean;
  disabled?: boolean;
  title?: string;
  /** Of a group of which one can be chosen. */
  radio?: string | undefined;
  onChange: (checked: boolean) => void;
  children: React.ReactNode;
}

/** One of several that stand in a row, to be chosen or left out. */
export function CheckChip({ checked, disabled, title, radio, onChange, children }: Props) {
  return (
    <label
      title={title}
      className={cx(
        "inline-flex min-h-8 cursor-pointer items-center gap-1.5 rounded-lg border px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-11",
        checked ? "border-accent bg-accent-soft text-ink" : "border-line text-ink-soft hover:border-line-strong",
      )}
    >
      <input
        type={radio ? "radio" : "checkbox"}
        name={radio}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="accent-accent"
      />
      {children}
    </label>
  );
}
