import { formatScore, formatShare, formatValue, statusWords } from "@/lib/features/format";
import type { FeatureRow } from "@/lib/features/list/schema";
import { CompareToggle } from "../compare/compare-toggle";
import { LabelText } from "../lab/label-text";
import { StarToggle } from "../lists/star-toggle";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";
import { ModalityBar } from "../viz/mini-bar";
import { SaidLines } from "./said-lines";

export const CARD_HEIGHT = 184;
export const CARD_WIDTH = 268;
/** What a card with the words of every explainer has more. */
export const SAID_HEIGHT = 60;

interface Props {
  row: FeatureRow;
  href: string;
  eager?: boolean;
  /** It shows what every explainer says. */
  said?: boolean;
}

/** A feature's label, or what became of it. */
export function Name({ row }: { row: Pick<FeatureRow, "label" | "translations" | "status"> }) {
  return row.label ? (
    <LabelText text={row.label} translations={row.translations} />
  ) : (
    <span className="text-ink-faint italic">{statusWords(row.status).split(":")[0]}</span>
  );
}

/** A feature as a card: four thumbs, name, the numbers that decide whether to open it. */
export function FeatureCard({ row, href, eager, said }: Props) {
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
        {said && <SaidLines row={row} className="mt-1.5 px-0.5" />}
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
