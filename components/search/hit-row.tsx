import { formatScore, formatShare, statusWords } from "@/lib/features/format";
import type { Hit } from "@/lib/search/schema";
import { CompareToggle } from "../compare/compare-toggle";
import { LabelText } from "../lab/label-text";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";
import { ModalityBar } from "../viz/mini-bar";

/** One found feature: thumbs, name, why it was found, and how sure its label is. */
export function HitRow({ hit, eager, withSae }: { hit: Hit; eager: boolean; withSae: boolean }) {
  return (
    <div className="group relative" data-ref={hit.ref}>
      <Link
        href={`/${hit.ref}`}
        className="grid grid-cols-[7.5rem_minmax(0,1fr)] items-center gap-x-4 rounded-xl border border-line bg-panel p-2.5 shadow-lift hover:border-line-strong sm:grid-cols-[16rem_minmax(0,1fr)_auto]"
      >
        <ContactStrip src={hit.strip} eager={eager} />
        <span className="min-w-0">
          <span className="flex min-w-0 items-baseline gap-2">
            <span
              className={`truncate text-base font-semibold ${hit.label ? "" : "font-normal text-ink-faint italic"}`}
            >
              {hit.label ? (
                <LabelText text={hit.label} translations={hit.translations} />
              ) : (
                statusWords(hit.status).split(":")[0]
              )}
            </span>
            <span className="nums shrink-0 text-xs text-ink-faint">#{hit.index}</span>
          </span>
          <span className="block truncate text-xs text-ink-soft">{hit.why.map((w) => w.text).join(" · ")}</span>
          <span className="block truncate text-2xs text-ink-faint">
            {[hit.kind, withSae ? hit.ref.split("/").slice(0, 2).join("/") : null].filter(Boolean).join(" · ")}
          </span>
        </span>
        <span className="nums hidden items-center gap-4 pr-2 text-sm sm:flex">
          <span className="text-xs text-ink-faint">{formatShare(hit.density)}</span>
          <span className="w-9 text-right font-semibold" title="detection score">
            {formatScore(hit.scores.detection)}
          </span>
          <ModalityBar imageShare={hit.imageShare} className="w-14" />
        </span>
      </Link>
      <CompareToggle slim refName={hit.ref} name={hit.label ?? `#${hit.index}`} />
    </div>
  );
}
