import type { ReactNode } from "react";
import type { Step } from "./steps";

interface Props {
  label: string;
  step?: Step;
  words: string;
  /** Ways on. */
  children: ReactNode;
}

/** What the tour says, above the page and beside its work. */
export function TourCard({ label, step, words, children }: Props) {
  return (
    <section
      aria-label={label}
      className="fixed inset-x-3 bottom-3 z-40 mx-auto flex max-w-xl flex-col gap-3 rounded-2xl border border-line bg-panel p-4 shadow-lift"
    >
      <div>
        {step && (
          <h2 className="mb-1 font-semibold">
            {step.title}
            <span className="nums ml-2 font-normal text-ink-faint text-sm">{step.n} of 3</span>
          </h2>
        )}
        <p className="text-ink-soft text-sm">{words}</p>
      </div>
      <div className="flex justify-end gap-2">{children}</div>
    </section>
  );
}
