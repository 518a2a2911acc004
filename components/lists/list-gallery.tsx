import { formatScore, formatShare, statusWords } from "@/lib/features/format";
import type { ListItem } from "@/lib/lists/schema";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";
import { ModalityBar } from "../viz/mini-bar";

/** The features of a list to look at: pictures first, then the name and what the list says of it. */
export function ListGallery({ items }: { items: readonly ListItem[] }) {
  return (
    <ol aria-label="Features" className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      {items.map((item) => (
        <li key={item.ref} className="min-w-0">
          <Entry item={item} />
        </li>
      ))}
    </ol>
  );
}

function Entry({ item: { feature, ref, note } }: { item: ListItem }) {
  return (
    <Link
      href={`/${ref}`}
      data-ref={ref}
      className="flex h-full flex-col rounded-xl border border-line bg-panel p-3 shadow-lift transition-colors hover:border-line-strong"
    >
      <ContactStrip src={feature?.strip ?? null} />
      <span className="mt-2.5 flex items-baseline justify-between gap-3">
        <span className={`truncate font-semibold text-base ${feature?.label ? "" : "text-ink-faint italic"}`}>
          {feature ? (feature.label ?? statusWords(feature.status).split(":")[0]) : "gone"}
        </span>
        <span className="nums shrink-0 text-ink-faint text-xs">{ref.split("/").slice(1).join(" #")}</span>
      </span>
      {note && <span className="mt-1 text-ink-soft text-sm">{note}</span>}
      {feature && (
        <span className="nums mt-auto flex items-center gap-3 pt-2 text-ink-soft text-xs">
          <span title="share of positions that fire">{formatShare(feature.density)}</span>
          {feature.scores.detection !== null && (
            <span title="detection score" className="font-semibold text-ink">
              {formatScore(feature.scores.detection)}
            </span>
          )}
          {feature.kind && <span className="text-ink-faint">{feature.kind}</span>}
          <ModalityBar imageShare={feature.imageShare} className="ml-auto w-12" />
        </span>
      )}
    </Link>
  );
}
