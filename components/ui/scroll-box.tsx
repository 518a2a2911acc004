import type { ReactNode } from "react";

/** What is wider than a phone, such as a table: it scrolls by itself, with arrow keys too, and the page stays. */
export function ScrollBox({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be a landmark; this is a part of one
    <div
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll only what has the focus
      tabIndex={0}
      className={`overflow-x-auto ${className ?? ""}`}
    >
      {children}
    </div>
  );
}
