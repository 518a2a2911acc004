import { Link } from "./link";

export interface Crumb {
  label: string;
  href?: string;
}

/** Where this page lies; the last crumb is the page itself. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 text-sm text-ink-faint">
      <ol className="flex min-w-0 flex-wrap items-center gap-x-1.5">
        {crumbs.map((crumb, i) => (
          <li key={crumb.href ?? crumb.label} className="flex min-w-0 items-center gap-1.5">
            {i > 0 && <span aria-hidden="true">▸</span>}
            {crumb.href ? (
              <Link href={crumb.href} className="truncate rounded hover:text-ink hover:underline">
                {crumb.label}
              </Link>
            ) : (
              <span aria-current="page" className="nums truncate text-ink-soft">
                {crumb.label}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
