import { counted } from "@/lib/features/format";
import type { ListSummary } from "@/lib/lists/schema";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { ContactStrip } from "../viz/contact-strip";

/** All lists, the one that changed last first. */
export function ListsView({ lists }: { lists: readonly ListSummary[] }) {
  return (
    <>
      <header className="mb-5">
        <h1 className="text-2xl font-semibold">Lists</h1>
        <p className="text-ink-soft">Features that somebody put together. Everybody with the link sees them.</p>
      </header>
      {lists.length === 0 ? (
        <Empty title="No lists yet">
          Press <kbd className="rounded border border-line px-1.5 font-mono text-xs">x</kbd> on a feature’s page to put
          it into one.
        </Empty>
      ) : (
        <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {lists.map((list) => (
            <li key={list.id}>
              <Link
                href={`/lists/${list.id}`}
                className="flex h-full flex-col gap-2 rounded-xl border border-line bg-panel p-3 shadow-lift hover:border-line-strong"
              >
                <span className="grid gap-1">
                  {list.strips.map((strip) => (
                    <ContactStrip key={strip} src={strip} />
                  ))}
                </span>
                <span className="mt-auto">
                  <span className="block font-semibold">{list.name}</span>
                  {list.description && <span className="line-clamp-2 text-ink-soft text-sm">{list.description}</span>}
                  <span className="nums block text-ink-faint text-xs">
                    {counted(list.n, "feature")} · changed {list.updatedAt.slice(0, 10)}
                  </span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
