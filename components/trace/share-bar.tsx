import { formatShare } from "@/lib/features/format";
import { formatSigned, MUCH_UNEXPLAINED, type SourceShare, sharesOf, type TraceSite } from "@/lib/trace/format";

const FILLS: Record<SourceShare["source"], string> = {
  image: "var(--image)",
  question: "var(--text-hue)",
  special: "var(--line-strong)",
  error: "repeating-linear-gradient(45deg, var(--ink-faint) 0 2px, var(--sunken) 2px 5px)",
};

/** How much of the answer comes from the image, from the question, and from what the SAE does not explain. */
export function ShareBar({ site }: { site: TraceSite }) {
  const shares = sharesOf(site).filter(({ share }) => share >= 0.005);
  return (
    <div>
      <div className="flex h-3 gap-px overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        {shares.map(({ source, share }) => (
          <span key={source} style={{ width: `${100 * share}%`, background: FILLS[source] }} />
        ))}
      </div>
      <dl className="nums mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs" aria-label="Shares of the answer">
        {shares.map(({ source, label, share, value }) => (
          <div key={source} className="flex items-center gap-1.5">
            <span className="size-2.5 rounded-sm" style={{ background: FILLS[source] }} aria-hidden="true" />
            <dt className="text-ink-soft">{label}</dt>
            <dd className="font-medium">
              {formatShare(share)} <span className="font-normal text-ink-faint">({formatSigned(value)})</span>
            </dd>
          </div>
        ))}
      </dl>
      {site.errorShare > MUCH_UNEXPLAINED && (
        <p className="mt-2 rounded-lg bg-warn-soft px-2.5 py-1.5 text-sm text-warn">Mostly unexplained by this SAE.</p>
      )}
    </div>
  );
}
