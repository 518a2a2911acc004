import type { Shelf } from "@/lib/features/list/types";
import { FeatureCard } from "../list/feature-card";
import { Link } from "../ui/link";

/** Rows of features worth opening first; a row scrolls sideways on a phone. */
export function Shelves({ shelves, saeRef }: { shelves: readonly Shelf[]; saeRef: string }) {
  return (
    <div className="flex flex-col gap-7">
      {shelves.map((shelf, s) => (
        <section key={shelf.title} aria-label={shelf.title}>
          <div className="mb-2.5 flex items-baseline gap-3">
            <h2 className="text-lg font-semibold">{shelf.title}</h2>
            <p className="truncate text-sm text-ink-faint max-sm:hidden">{shelf.note}</p>
            <Link
              href={`/${saeRef}?${shelf.query}`}
              className="ml-auto shrink-0 rounded text-sm text-accent hover:underline"
              aria-label={`All of ${shelf.title.toLowerCase()}`}
            >
              all ▸
            </Link>
          </div>
          <ul className="-mx-4 grid snap-x auto-cols-[15.5rem] grid-flow-col gap-3 overflow-x-auto px-4 pb-1 sm:mx-0 sm:grid-flow-row sm:grid-cols-2 sm:overflow-visible sm:px-0 lg:grid-cols-4">
            {shelf.rows.map((row) => (
              <li key={row.ref} className="h-44 snap-start">
                <FeatureCard row={row} href={`/${row.ref}`} eager={s === 0} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
