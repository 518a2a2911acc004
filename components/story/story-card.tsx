import type { ReactNode } from "react";

interface Props {
  label: string;
  /** Small words above the title: which story, and where in it. */
  over?: string;
  title?: string;
  words: string;
  /** Ways on. */
  children: ReactNode;
}

/** What a story says, above the page and beside its work. */
export function StoryCard({ label, over, title, words, children }: Props) {
  return (
    <section
      aria-label={label}
      className="fixed inset-x-3 bottom-3 z-40 mx-auto flex max-w-3xl flex-col gap-x-5 gap-y-2.5 rounded-2xl border border-line bg-panel p-3.5 shadow-lift sm:flex-row sm:items-end sm:px-5"
    >
      <div aria-live="polite" className="min-w-0 flex-1">
        {over && <p className="nums text-ink-soft text-xs">{over}</p>}
        {title && <h2 className="font-semibold">{title}</h2>}
        <p className="mt-0.5 text-ink-soft text-sm max-sm:text-xs">{words}</p>
      </div>
      <div className="flex shrink-0 justify-end gap-2">{children}</div>
    </section>
  );
}
