import { cx } from "../ui/class-names";
import { readable } from "./token-strip";

interface Props {
  label: string;
  /** Likeliest first. */
  top: readonly { token: string; logprob: number }[];
  className?: string;
}

/** The tokens that might have come at one place, each with a bar of its probability. */
export function LikeliestTokens({ label, top, className }: Props) {
  return (
    <ol aria-label={label} className={cx("nums grid content-start gap-1 text-xs", className)}>
      {top.map(({ token, logprob }) => {
        const probability = 100 * Math.exp(logprob);
        return (
          <li key={token} className="relative flex justify-between overflow-hidden rounded px-2 py-0.5">
            <span
              aria-hidden="true"
              className="absolute inset-y-0 left-0 rounded bg-accent-soft"
              style={{ width: `${probability}%` }}
            />
            <span className="relative whitespace-pre font-mono">{readable(token)}</span>
            <span className="relative text-ink-soft">{probability.toFixed(1)} %</span>
          </li>
        );
      })}
    </ol>
  );
}
