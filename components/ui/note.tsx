import type { ReactNode } from "react";
import { cx } from "./class-names";

interface EmptyProps {
  title: string;
  /** Why there is nothing, and what to do next. */
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** Says why a place is empty and offers the next step. */
export function Empty({ title, children, action, className }: EmptyProps) {
  return (
    <div
      className={cx(
        "flex flex-col items-center gap-2 rounded-xl border border-dashed border-line px-6 py-10 text-center",
        className,
      )}
    >
      <p className="font-medium text-ink">{title}</p>
      {children && <div className="max-w-prose text-sm text-ink-soft">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
