import type { ReactNode } from "react";
import type { Starter } from "@/lib/trace/types";

interface Props {
  title: string;
  note: string;
  starters: readonly Starter[];
  choose: (starter: Starter) => void;
  /** Further items behind the questions. */
  children?: ReactNode;
}

/** Look of one thing to start from. */
export const STARTER_CLASS =
  "flex h-full w-full items-center gap-3 rounded-xl border border-line bg-panel p-2.5 text-left shadow-lift transition-colors hover:border-line-strong";

/** Questions about stored pictures to start a desk from. */
export function StarterList({ title, note, starters, choose, children }: Props) {
  return (
    <section aria-labelledby="starters">
      <h2 id="starters" className="font-semibold">
        {title}
      </h2>
      <p className="mb-3 text-ink-soft text-sm">{note}</p>
      <ul className="grid gap-3 md:grid-cols-3">
        {starters.map((starter) => (
          <li key={starter.sha}>
            <button type="button" onClick={() => choose(starter)} className={STARTER_CLASS}>
              <span className="grid aspect-square w-24 shrink-0 lg:w-32 place-items-center overflow-hidden rounded-lg bg-mat">
                <img
                  src={`/i/${starter.sha}/256.webp`}
                  alt={starter.alt}
                  width={256}
                  height={256}
                  className="size-full object-contain"
                />
              </span>
              <span className="min-w-0 px-1.5">
                <span className="block font-medium">{starter.question}</span>
                <span className="text-ink-faint text-sm">truly: {starter.truth}</span>
              </span>
            </button>
          </li>
        ))}
        {children}
      </ul>
    </section>
  );
}
