import { formatValue } from "@/lib/features/format";
import { type InspectState, MOST_PINS, steerAddress } from "@/lib/inspect/desk/format";
import { type ShareSums, signedShare } from "@/lib/inspect/explained/format";
import { Link } from "../ui/link";
import { pinLook } from "../viz/pin-colors";
import { PinMark } from "./pin-mark";
import type { Look } from "./use-look";

interface Props {
  sae: string;
  look: Look;
  state: InspectState;
  nameOf: (feature: number) => string;
  /** What a feature explains of the image, or of the words. */
  sumsOf: (feature: number) => ShareSums | undefined;
  onHover: (feature: number) => void;
  onPin: (feature: number) => void;
}

/** The features whose outlines stay on the image, whether they are in the list or not, and what to do with them. */
export function Pinned({ sae, look, state, nameOf, sumsOf, onHover, onPin }: Props) {
  if (state.pins.length === 0) return null;
  return (
    <div className="border-line border-b px-3 py-2">
      <div className="mb-1 flex items-center justify-between gap-3 text-xs">
        <h3 className="font-medium">
          Pinned
          <span className="nums ml-1.5 font-normal text-ink-faint">
            {state.pins.length} of {MOST_PINS}
          </span>
        </h3>
        <Link
          href={steerAddress(state, sae, state.pins)}
          data-key="s"
          data-key-label="steer with the pinned features"
          className="inline-flex min-h-7 items-center rounded text-accent underline underline-offset-2 pointer-coarse:min-h-11"
        >
          Steer with {state.pins.length === 1 ? "it" : "them"}
        </Link>
      </div>
      <ul>
        {state.pins.map((feature, slot) => {
          const hit = look.all.find((h) => h.feature === feature);
          return (
            <li
              key={feature}
              className="flex items-center gap-2 rounded-lg hover:bg-sunken"
              onPointerEnter={() => onHover(feature)}
              onFocus={() => onHover(feature)}
            >
              <PinMark slot={slot} name={nameOf(feature)} onPin={() => onPin(feature)} />
              <LineSample slot={slot} />
              <Link href={`/${sae}/${feature}`} className="min-w-0 truncate rounded text-sm hover:underline">
                {nameOf(feature)}
              </Link>
              <span className="nums ml-auto shrink-0 pr-1 text-right text-2xs text-ink-soft">
                {hit
                  ? look.chosen
                    ? `A ${formatValue(hit.a)} · B ${formatValue(hit.b)}`
                    : formatValue(hit.a)
                  : look.chosen
                    ? "silent in A"
                    : "silent here"}
                {hit && <ExplainedShare sums={sumsOf(feature)} />}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** What a feature explains of all that is looked at, in small. */
function ExplainedShare({ sums }: { sums: ShareSums | undefined }) {
  if (!sums?.n || sums.there === null) return null;
  const title = `It explains ${signedShare(sums.there)} of the hidden states of the ${sums.n} positions where it fires, and ${signedShare(sums.all)} of all ${sums.of}: without it the SAE misses so much more.`;
  return (
    <span className="block text-ink-faint" title={title}>
      explains {signedShare(sums.there)} where it fires
    </span>
  );
}

/** How the outline of a pinned feature is drawn. */
function LineSample({ slot }: { slot: number }) {
  const { color, dash } = pinLook(slot);
  return (
    <svg viewBox="0 0 28 6" className="h-1.5 w-7 shrink-0" aria-hidden="true">
      <path d="M0 3H28" stroke="#000" strokeWidth={5} />
      <path d="M0 3H28" stroke={color} strokeWidth={3} strokeDasharray={dash} />
    </svg>
  );
}
