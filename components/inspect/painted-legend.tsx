import { formatShare } from "@/lib/features/format";
import type { InspectCodes } from "@/lib/inspect/codes/format";
import type { Painted } from "@/lib/inspect/desk/format";
import { signedShare, sumMissed, sumShares } from "@/lib/inspect/explained/format";
import { Segmented } from "../ui/segmented";

/** What is painted over the image. */
export function PaintedChoice({ value, onChange }: { value: Painted; onChange: (value: Painted) => void }) {
  return (
    <Segmented
      label="Painted on the image"
      value={value}
      onChange={onChange}
      segments={[
        { value: "values", label: "Firing", title: "where the feature that is pointed at fires" },
        {
          value: "missed",
          label: "Unexplained",
          title: "share of each patch's hidden state that the SAE misses: |h − x̂|² ÷ |h − c|²",
        },
        {
          value: "explained",
          label: "Explained",
          title: "share of each patch's hidden state that one feature explains: so much more is missed without it",
        },
      ]}
    />
  );
}

interface Props {
  show: Exclude<Painted, "values">;
  codes: InspectCodes | undefined;
  unexplained: readonly number[];
  /** Positions of the image's cells. */
  within: Uint8Array;
  /** The largest share that is painted. */
  most: number;
  /** Whose share it is; null when none is pointed at or pinned. */
  feature: number | null;
  nameOf: (feature: number) => string;
}

/** What the colours of a share mean, and the share of the whole image. */
export function PaintedLegend({ show, codes, unexplained, within, most, feature, nameOf }: Props) {
  return (
    <p className="nums mt-2 text-ink-soft text-xs" aria-live="polite">
      {wordsOf({ show, codes, unexplained, within, most, feature, nameOf })}
    </p>
  );
}

function wordsOf({ show, codes, unexplained, within, most, feature, nameOf }: Props): string {
  if (!codes) return "Loading the values …";
  if (show === "missed") {
    const all = sumMissed(codes, unexplained, within);
    const whole = all === undefined ? "" : `, ${formatShare(all)} of the image's`;
    return `The SAE misses 0 (clear) to ${formatShare(most)} of a patch's hidden state${whole}.`;
  }
  if (!codes.share) return "This inspection is older than these shares: run it again to have them.";
  if (feature === null) return "Point at a feature, or pin one: what it explains of each patch is painted.";
  const sums = sumShares(codes, feature, within);
  const name = nameOf(feature);
  if (!sums?.n) return `${name} is silent on the image, and explains nothing of it.`;
  return (
    `${name} explains 0 (clear) to ${formatShare(most)} of a patch's hidden state, ${signedShare(sums.there ?? 0)} of the ` +
    `${sums.n} patches where it fires together, ${signedShare(sums.all)} of the image's. Without it the SAE misses so much more.`
  );
}
