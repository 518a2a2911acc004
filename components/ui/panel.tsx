import type { ReactNode } from "react";
import { cx } from "./class-names";

interface Props {
  title?: ReactNode;
  /** Right end of the title row. */
  aside?: ReactNode;
  id?: string;
  className?: string;
  children: ReactNode;
}

/** A titled surface. The heading is an h2, so that a page reads as an outline. */
export function Panel({ title, aside, id, className, children }: Props) {
  return (
    <section id={id} className={cx("rounded-xl border border-line bg-panel p-4 shadow-lift", className)}>
      {(title || aside) && (
        <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          {title && <h2 className="text-sm font-semibold text-ink">{title}</h2>}
          {aside && <div className="text-xs text-ink-faint">{aside}</div>}
        </div>
      )}
      {children}
    </section>
  );
}
