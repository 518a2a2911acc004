import type { FeatureRow } from "@/lib/features/list/schema";
import { LabelText } from "../lab/label-text";

/** Explainers on a narrow line. */
const SHORT: Record<string, string> = { self: "model", human: "person" };
const MOST = 3;

/** What every explainer says of a feature, so that one sees where they disagree: three lines at most. */
export function SaidLines({
  row: { said = [] },
  className = "",
}: {
  row: Pick<FeatureRow, "said">;
  className?: string;
}) {
  const shown = said.length > MOST ? said.slice(0, MOST - 1) : said;
  return (
    <span className={`block h-12 text-xs leading-4 ${className}`}>
      {shown.map(({ explainer, text, translations }, i) => (
        <span key={i} className="grid grid-cols-[3.6rem_minmax(0,1fr)] items-baseline gap-1.5">
          <span className="truncate text-2xs text-ink-faint">{SHORT[explainer] ?? explainer}</span>
          <span className="truncate">
            <LabelText text={text} translations={translations} />
          </span>
        </span>
      ))}
      {shown.length < said.length && <span className="text-2xs text-ink-faint">{said.length - shown.length} more</span>}
    </span>
  );
}
