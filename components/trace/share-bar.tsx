import { formatShare } from "@/lib/features/format";
import { formatSigned, type GapPart, MUCH_UNEXPLAINED, partsOf, type TraceSite, totalWords } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";

const FILLS: Record<GapPart["source"], string> = {
  image: "var(--image)",
  question: "var(--text-hue)",
  special: "var(--line-strong)",
  error: "repeating-linear-gradient(45deg, var(--ink-faint) 0 2px, var(--sunken) 2px 5px)",
  bias: "radial-gradient(var(--ink-faint) 1px, var(--sunken) 1.5px) 0 0 / 5px 5px",
};

const WORDS: Record<GapPart["source"], string> = {
  image: "what they do where they fire on patches",
  question: "where they fire on words",
  special: "where they fire on marks of the chat format",
  error: "what the SAE leaves out of the hidden states, on all tokens",
  bias: "what the SAE adds to every token alike",
};

/** The parts of the estimated gap, each once: features by where they fire, the SAE's error, its bias. */
export function ShareBar({ site, result }: { site: TraceSite; result: Pick<TraceResult, "gap" | "method"> }) {
  // No gradient at this site: its features were found by halving, whatever was asked for.
  const method = site.identity === 0 ? "halving" : result.method;
  const { parts, total } = partsOf(site, method);
  const shown = parts.filter(({ share }) => share >= 0.005);
  return (
    <div>
      <div className="flex h-3 gap-px overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        {shown.map(({ source, share }) => (
          <span key={source} style={{ width: `${100 * share}%`, background: FILLS[source] }} />
        ))}
      </div>
      <dl className="nums mt-2.5 flex flex-col gap-1.5 text-xs" aria-label="Parts of the estimate">
        {shown.map(({ source, label, share, value }) => (
          <div key={source} className="flex gap-1.5">
            <span
              className="mt-1 size-2.5 shrink-0 rounded-sm"
              style={{ background: FILLS[source] }}
              aria-hidden="true"
            />
            <dt className="min-w-0">
              {label}
              <span className="block text-2xs text-ink-faint">{WORDS[source]}</span>
            </dt>
            <dd className="ml-auto shrink-0 font-medium">
              {formatSigned(value)} <span className="font-normal text-ink-faint">{formatShare(share)}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="nums mt-2 text-2xs text-ink-faint">
        {totalWords(total, result.gap, method)} The bar and the percentages show sizes, whichever answer a part is for.
      </p>
      {site.errorShare > MUCH_UNEXPLAINED && (
        <p className="mt-2 rounded-lg bg-warn-soft px-2.5 py-1.5 text-sm text-warn">
          Token by token, {formatShare(site.errorShare)} of this is SAE error: much is unexplained.
        </p>
      )}
    </div>
  );
}
