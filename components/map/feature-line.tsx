import { formatScore, statusWords } from "@/lib/features/format";
import type { FeatureRow } from "@/lib/features/list/schema";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";

/** One feature of a selection: thumbs, name, score. Its details come after its number. */
export function FeatureLine({ saeRef, index, row }: { saeRef: string; index: number; row: FeatureRow | undefined }) {
  return (
    <Link
      href={`/${saeRef}/${index}`}
      data-ref={`${saeRef}/${index}`}
      data-label={row?.label ?? undefined}
      className="grid min-h-11 grid-cols-[7rem_minmax(0,1fr)_auto] items-center gap-2.5 rounded-lg px-1.5 py-1 hover:bg-sunken"
    >
      {row ? <ContactStrip src={row.strip} /> : <span className="aspect-[4/1] rounded-md bg-sunken" />}
      <span className="min-w-0">
        <span className={`block truncate text-sm ${row?.label ? "" : "text-ink-faint italic"}`}>
          {row ? (row.label ?? statusWords(row.status).split(":")[0]) : "…"}
        </span>
        <span className="nums block text-2xs text-ink-faint">#{index}</span>
      </span>
      <span className="nums text-xs" title="detection score">
        {row?.scores.detection != null ? formatScore(row.scores.detection) : ""}
      </span>
    </Link>
  );
}
