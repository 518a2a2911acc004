import type { ComponentProps } from "react";
import { cx } from "./class-names";

export type ButtonLook = "solid" | "outline" | "ghost" | "danger";

const LOOKS: Record<ButtonLook, string> = {
  solid: "bg-accent text-accent-ink hover:brightness-110",
  outline: "border border-line bg-panel text-ink hover:border-line-strong",
  ghost: "text-ink-soft hover:bg-sunken hover:text-ink",
  danger: "border border-line bg-panel text-bad hover:bg-bad-soft",
};

/** Classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = "outline", extra?: string): string {
  return cx(
    "inline-flex min-h-9 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-lg px-3 text-sm font-medium transition-colors pointer-coarse:min-h-11 disabled:opacity-50",
    LOOKS[look],
    extra,
  );
}

export function Button({ look, className, ...props }: ComponentProps<"button"> & { look?: ButtonLook }) {
  return <button type="button" {...props} className={buttonClass(look, className)} />;
}
