import { cx } from "../ui/class-names";
import { signedColor } from "./signed";

/** A value as a bar from a middle line: plus to the right, minus to the left. */
export function SignedBar({ value, most, className }: { value: number; most: number; className?: string }) {
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
  return (
    <span className={cx("relative block h-2 rounded-full bg-sunken", className)} aria-hidden="true">
      <span
        className={cx("absolute inset-y-0", value < 0 ? "right-1/2 rounded-l-full" : "left-1/2 rounded-r-full")}
        style={{ width: `${50 * share}%`, background: signedColor(value) }}
      />
      <span className="absolute -inset-y-0.5 left-1/2 w-px bg-line-strong" />
    </span>
  );
}

/** What the two colours mean, with the signs that say the same. */
export function SignedLegend({ plus, minus }: { plus: string; minus: string }) {
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-soft">
      <Key sign={1} words={plus} />
      <Key sign={-1} words={minus} />
    </p>
  );
}

function Key({ sign, words }: { sign: 1 | -1; words: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span
        className={cx(
          "grid size-4 place-items-center rounded-sm border-ink border font-bold text-2xs text-white",
          sign < 0 && "border-dotted",
        )}
        style={{ background: signedColor(sign) }}
        aria-hidden="true"
      >
        {sign < 0 ? "−" : "+"}
      </span>
      {words}
    </span>
  );
}
