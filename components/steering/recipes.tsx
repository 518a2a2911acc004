import type { Recipe } from "@/lib/steering/types";
import { Empty } from "../ui/note";
import { ContactStrip } from "../viz/contact-strip";

/** The empty desk: three set-ups to start from. Plain links, so that they work before any script has loaded. */
export function Recipes({ recipes, onChoose }: { recipes: readonly Recipe[]; onChoose: (query: string) => void }) {
  if (recipes.length === 0) {
    return (
      <Empty title="Nothing is turned yet">
        Add a feature above by words, by its number, or with “Steer this” on its page. No feature of this model is
        explained yet, so there are no recipes.
      </Empty>
    );
  }
  return (
    <section aria-label="Recipes" className="rounded-xl border border-line border-dashed p-4">
      <h2 className="mb-3 font-semibold text-sm">
        Start from a recipe <span className="font-normal text-ink-faint">or add a feature above</span>
      </h2>
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-3 sm:grid-cols-3">
        {recipes.map(({ title, does, query, strip }) => (
          <li key={title} className="min-w-0">
            <a
              href={`/steer?${query}`}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                onChoose(query);
              }}
              className="flex h-full flex-col gap-2 rounded-xl border border-line bg-panel p-3 shadow-lift hover:border-line-strong"
            >
              <ContactStrip src={strip} eager />
              <span className="font-semibold text-sm">{title}</span>
              <span className="text-ink-soft text-xs">{does}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
