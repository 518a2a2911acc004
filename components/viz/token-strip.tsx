import { cx } from "../ui/class-names";

interface Props {
  tokens: readonly string[];
  /** One value per token in the feature's unit. */
  values: readonly number[];
  aRef: number;
  /** CSS colour at t in [0, 1]. */
  color: (t: number) => string;
  /** Index of the strongest token. */
  peakAt: number;
  className?: string;
}

const FLOOR = 0.05;

/**
 * Text with one tint per token on the feature's own scale; a token that fires at all is also underlined, so that the
 * value is never told by colour alone. Titles give the exact numbers.
 */
export function TokenStrip({ tokens, values, aRef, color, peakAt, className }: Props) {
  return (
    <p className={cx("whitespace-pre-wrap break-words font-mono text-sm leading-7", className)}>
      {tokens.map((token, i) => {
        const value = values[i] ?? 0;
        const t = Math.min(1, value / aRef);
        if (value <= 0) return <span key={i}>{readable(token)}</span>;
        return (
          <mark
            key={i}
            title={value.toFixed(2)}
            className={cx(
              "rounded-[3px] px-px text-inherit underline decoration-2 underline-offset-4",
              i === peakAt && "font-bold",
            )}
            style={{
              background: `color-mix(in oklab, ${color(t)} ${Math.round(100 * Math.max(FLOOR, 0.1 + 0.45 * t))}%, transparent)`,
              textDecorationColor: color(Math.max(0.25, t)),
            }}
          >
            {readable(token)}
          </mark>
        );
      })}
    </p>
  );
}

/** Word-piece marks as the spaces and line ends they stand for. */
export function readable(token: string): string {
  return token.replaceAll("▁", " ").replaceAll("Ġ", " ").replaceAll("Ċ", "↵\n").replaceAll("\n", "↵\n");
}
