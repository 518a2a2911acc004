import { formatScore, formatShare, formatValue, statusWords } from "@/lib/features/format";
import type { FeatureRow } from "@/lib/features/list/schema";
import { CompareToggle } from "../compare/compare-toggle";
import { StarToggle } from "../lists/star-toggle";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";
import { ModalityBar } from "../viz/mini-bar";

export const CARD_HEIGHT = 184;
export const CARD_WIDTH = 268;
export const ROW_HEIGHT = 58;

interface Props {
  row: FeatureRow;
  href: string;
  eager?: boolean;
}

function Name({ row }: { row: FeatureRow }) {
  return row.label ? row.label : <span className="text-ink-faint italic">{statusWords(row.status).split(":")[0]}</span>;
}

/** A feature as a card: four thumbs, name, the numbers that decide whether to open it. */
export function FeatureCard({ row, href, eager }: Props) {
  return (
    <div className="group relative h-full" data-ref={row.ref}>
      <Link
        href={href}
        className="flex h-full flex-col rounded-xl border border-line bg-panel p-2.5 shadow-lift transition-colors hover:border-line-strong"
      >
        <ContactStrip src={row.strip} eager={eager} />
        <span className="mt-2 flex min-w-0 items-baseline justify-between gap-2 px-0.5">
          <span className="truncate font-medium">
            <Name row={row} />
          </span>
          <span className="nums shrink-0 text-xs text-ink-faint">#{row.index}</span>
        </span>
        {/* Under a finger the two marks have the end of these lines to themselves; what finds no room is cut off. */}
        <span className="nums mt-auto flex h-6 flex-wrap items-center gap-x-3 overflow-hidden px-0.5 pt-1.5 text-xs text-ink-soft pointer-coarse:pr-22">
          <span title="share of positions that fire">{formatShare(row.density)}</span>
          <span title="maximum">max {formatValue(row.max)}</span>
          {row.scores.detection !== null && (
            <span title="detection score" className="font-semibold text-ink">
              {formatScore(row.scores.detection)}
            </span>
          )}
          <span className="ml-auto pointer-coarse:ml-0">
            <ModalityBar imageShare={row.imageShare} className="w-12" />
          </span>
        </span>
        <span className="mt-1 flex items-center gap-1.5 px-0.5 text-2xs text-ink-faint pointer-coarse:pr-22">
          <span>{row.kind ?? "\u00a0"}</span>
          {row.flags.includes("position") && <span className="text-warn">position</span>}
          {row.flags.includes("always_on") && <span className="text-warn">always on</span>}
        </span>
      </Link>
      <StarToggle refName={row.ref} name={row.label ?? `#${row.index}`} />
      <CompareToggle refName={row.ref} name={row.label ?? `#${row.index}`} />
    </div>
  );
}

/** A feature as a row of a table. Columns leave one by one as the window narrows. */
export function FeatureTableRow({ row, href, eager }: Props) {
  return (
    <div className="group relative h-full" data-ref={row.ref}>
      <Link
        href={href}
        className="grid h-full grid-cols-[8.5rem_minmax(0,1fr)_auto] items-center gap-3 border-line border-b px-2 hover:bg-sunken sm:grid-cols-[3.2rem_11.5rem_minmax(0,1fr)_4.5rem_4rem_4rem_5rem]"
      >
        <span className="nums hidden text-right text-xs text-ink-faint sm:block">{row.index}</span>
        <ContactStrip src={row.strip} eager={eager} />
        <span className="min-w-0">
          <span className="block truncate text-sm font-medium">
            <Name row={row} />
          </span>
          <span className="block truncate text-2xs text-ink-faint">{row.kind ?? ""}</span>
        </span>
        <span className="nums hidden text-right text-xs text-ink-soft sm:block">{formatShare(row.density)}</span>
        <span className="nums hidden text-right text-xs text-ink-soft sm:block">{formatValue(row.max)}</span>
        <span className="nums text-right text-sm font-medium">{formatScore(row.scores.detection)}</span>
        <span className="hidden text-right sm:block">
          <ModalityBar imageShare={row.imageShare} className="w-16" />
        </span>
      </Link>
      <StarToggle slim refName={row.ref} name={row.label ?? `#${row.index}`} />
      <CompareToggle slim refName={row.ref} name={row.label ?? `#${row.index}`} />
    </div>
  );
}

/** Names of the columns, over the rows. */
export function TableHead() {
  return (
    <div
      className="hidden grid-cols-[3.2rem_11.5rem_minmax(0,1fr)_4.5rem_4rem_4rem_5rem] gap-3 border-line-strong border-b px-2 pb-1.5 text-2xs text-ink-faint sm:grid"
      aria-hidden="true"
    >
      <span className="text-right">#</span>
      <span>top images</span>
      <span>label</span>
      <span className="text-right">density</span>
      <span className="text-right">max</span>
      <span className="text-right">detect</span>
      <span className="text-right">modality</span>
    </div>
  );
}
