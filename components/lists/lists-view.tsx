import { counted } from "@/lib/features/format";
import type { ListSummary } from "@/lib/lists/schema";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { PageHead } from "../ui/page-head";
import { ContactStrip } from "../viz/contact-strip";

/** All lists, the one that changed last first. */
export function ListsView({ lists }: { lists: readonly ListSummary[] }) {
  return (
    <>
      <PageHead title="Lists">Features that somebody put together. Everybody with the link sees them.</PageHead>
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
                  {list.n === 0 && (
                    <span className="grid aspect-[4/1] place-items-center rounded-md bg-sunken text-ink-faint text-xs">
                      nothing in it yet
                    </span>
                  )}
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
