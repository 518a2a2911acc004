import { formatShare, formatValue } from "@/lib/features/format";
import { medianOf } from "@/lib/steering/fix/result/format";
import type { SearchResult } from "@/lib/steering/schema";
import { Panel } from "../ui/panel";
import { StripRow } from "./strip-row";

/** The held-out rate beside what random directions and other features would have reached. */
export function Chance({ result: { controls, heldOut } }: { result: SearchResult }) {
  if (!controls || !heldOut) return null;
  const { random, feature, p } = controls;
  if (heldOut.rate === null) {
    return (
      <Panel title="Would chance do as well?">
        <p className="text-ink-soft text-sm">
          No held-out prompt was answered wrongly before, so there was nothing for chance to correct.
        </p>
      </Panel>
    );
  }
  const all = [...random, ...feature];
  const as = all.filter((rate) => rate >= (heldOut.rate ?? 0)).length;
  return (
    <Panel title="Would chance do as well?" aside="held-out prompts corrected">
      <p className="nums mb-3 text-sm">
        {as === 0 ? "None" : as} of {all.length} controls {as === 1 ? "does" : "do"} as well
        {p !== null && <span className="text-ink-faint">, p {p < 0.001 ? "< 0.001" : `= ${formatValue(p)}`}</span>}
      </p>
      <div className="flex flex-col gap-2.5">
        <StripRow name="these features" rates={[heldOut.rate]} lo={heldOut.lo} hi={heldOut.hi} ours>
          {formatShare(heldOut.rate)}
        </StripRow>
        {random.length > 0 && (
          <StripRow name={`${random.length} random directions`} rates={random}>
            middle {formatShare(medianOf(random))}, most {formatShare(Math.max(...random))}
          </StripRow>
        )}
        {feature.length > 0 && (
          <StripRow name={`${feature.length} other features`} rates={feature}>
            middle {formatShare(medianOf(feature))}, most {formatShare(Math.max(...feature))}
          </StripRow>
        )}
        <p className="nums flex justify-between px-2 text-2xs text-ink-faint" aria-hidden="true">
          <span>0 %</span>
          <span>50 %</span>
          <span>100 %</span>
        </p>
      </div>
      <p className="mt-2 text-ink-faint text-xs">
        Random directions have the same length; the other features fire about as often.
      </p>
    </Panel>
  );
}
