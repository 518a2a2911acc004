"use client";
import { cx } from "../ui/class-names";
import { signedColor } from "./signed";
import { readable } from "./token-strip";

export interface SignedToken {
  text: string;
  /** Signed, in the same unit as `most`. */
  value: number;
  /** How the value reads, with its sign. */
  said: string;
  /** Marks of the chat format, which nobody wrote. */
  faint?: boolean;
  marked?: boolean;
}

/**
 * Text with a tint per token, orange for plus and blue for minus. The underline is solid for plus and dotted for minus,
 * and the title says the number, so that nothing is told by colour alone.
 */
export function SignedTokenStrip({
  tokens,
  most,
  label,
}: {
  tokens: readonly SignedToken[];
  most: number;
  label: string;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a text whose words carry values is one group, not a form's
    <p role="group" aria-label={label} className="whitespace-pre-wrap break-words font-mono text-sm leading-8">
      {tokens.map(({ text, value, said, faint, marked }, i) => {
        const t = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
        return (
          <mark
            key={i}
            title={said}
            className={cx(
              "rounded-[3px] px-px py-0.5 underline decoration-2 underline-offset-4",
              faint && "text-2xs",
              // On a strong tint faint ink could not be read.
              faint && t < 0.05 ? "text-ink-faint" : "text-ink",
              marked && "outline-2 outline-accent outline-offset-1",
            )}
            style={{
              background: t < 0.02 ? "transparent" : signedColor(value, 0.08 + 0.5 * t),
              textDecorationColor: t < 0.05 ? "transparent" : signedColor(value, 0.35 + 0.65 * t),
              textDecorationStyle: value < 0 ? "dotted" : "solid",
            }}
          >
            {readable(text)}
            <span className="sr-only"> ({said})</span>
          </mark>
        );
      })}
    </p>
  );
}
