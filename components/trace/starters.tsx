import type { Starter } from "@/lib/trace/types";
import { Empty } from "../ui/note";

/** Questions whose true answer is no: where the model says yes, its reasons are worth a look. */
export function Starters({ starters, choose }: { starters: readonly Starter[]; choose: (starter: Starter) => void }) {
  if (starters.length === 0) {
    return (
      <Empty title="Ask something">
        Drop an image, ask about it, and see which patches, words and features made the model answer as it does.{" "}
        <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code> makes pictures with
        questions to start from.
      </Empty>
    );
  }
  return (
    <section aria-labelledby="starters">
      <h2 id="starters" className="font-semibold">
        Where does a wrong yes come from?
      </h2>
      <p className="mb-3 text-ink-soft text-sm">
        The true answer to these is no. Choose one, trace it, and see what speaks for yes.
      </p>
      <ul className="grid gap-3 md:grid-cols-3">
        {starters.map((starter) => (
          <li key={starter.sha}>
            <button
              type="button"
              onClick={() => choose(starter)}
              className="flex h-full w-full items-center gap-3 rounded-xl border border-line bg-panel p-2.5 text-left shadow-lift transition-colors hover:border-line-strong"
            >
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
      </ul>
    </section>
  );
}
