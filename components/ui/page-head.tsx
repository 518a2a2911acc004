import type { ReactNode } from "react";
import { Breadcrumbs, type Crumb } from "./breadcrumbs";
import { cx } from "./class-names";

interface Props {
  crumbs?: readonly Crumb[];
  title: ReactNode;
  /** What the page is for, or what it shows, under the title. */
  children?: ReactNode;
  /** Buttons at the right end of the title's row, under it where there is no room. */
  actions?: ReactNode;
  /** Only where what follows keeps its own distance. */
  className?: string;
}

/** A longer title stands alone in its row on a phone. */
const SHORT_TITLE = 16;

/** The head of a page: where it lies, its name, what can be done with it, and one sentence, always at one distance. */
export function PageHead({ crumbs, title, children, actions, className = "mb-5" }: Props) {
  return (
    <header className={cx("flex flex-wrap items-start justify-between gap-x-4 gap-y-1", className)}>
      <div
        className={cx(
          "min-w-0 grow basis-32",
          typeof title === "string" && title.length > SHORT_TITLE && "max-sm:basis-full",
        )}
      >
        {crumbs && (
          <div className="mb-1.5">
            <Breadcrumbs crumbs={crumbs} />
          </div>
        )}
        <h1 className="break-words font-semibold text-2xl">{title}</h1>
      </div>
      {actions && <div className="flex flex-wrap items-center gap-1.5">{actions}</div>}
      {children && (
        <div className="nums basis-full text-ink-soft text-sm">
          <div className="max-w-[84ch]">{children}</div>
        </div>
      )}
    </header>
  );
}
