"use client";
import { counted, formatValue } from "@/lib/features/format";
import type { FeatureRow } from "@/lib/features/list/schema";
import type { InspectState } from "@/lib/inspect/desk/format";
import type { ShareSums } from "@/lib/inspect/explained/format";
import type { InspectSae } from "@/lib/inspect/schema";
import { Button } from "../ui/button";
import { Link } from "../ui/link";
import { saveFile } from "../ui/save-file";
import { Segmented } from "../ui/segmented";
import { ContactStrip } from "../viz/contact-strip";
import { PinMark } from "./pin-mark";
import { Pinned } from "./pinned";
import { featuresAsCsv, savedFeatures } from "./save-features";
import type { Listed, Look } from "./use-look";

interface Props {
  sae: InspectSae;
  /** The input has an image and words. */
  both: boolean;
  look: Look;
  rows: ReadonlyMap<number, FeatureRow>;
  state: InspectState;
  set: (changed: Partial<InspectState>, history?: "push" | "replace") => void;
  onHover: (feature: number | null) => void;
  onPin: (feature: number) => void;
  nameOf: (feature: number) => string;
  /** What a feature explains of the image, or of the words. */
  sumsOf: (feature: number) => ShareSums | undefined;
}

/** Features that fire in what is chosen, best first; pointing at one paints it on the image. */
export function FeatureRows({ sae, both, look, rows, state, set, sumsOf, onHover, onPin, nameOf }: Props) {
  const { chosen, listed, nFound, nHidden } = look;
  return (
    <section aria-label="Features" className="min-w-0 rounded-xl border border-line bg-panel shadow-lift">
      <div className="flex flex-col gap-2 border-line border-b p-3">
        <h2 className="font-semibold text-sm">
          {chosen ? (state.b ? "In A, not in B" : "In A, not elsewhere") : "Everything that fires here"}
          <span className="nums ml-2 font-normal text-ink-faint text-xs" aria-live="polite">
            {!look.waits && counted(nFound, "feature")}
            {nHidden > 0 && `, ${nHidden} hidden`}
          </span>
        </h2>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          {!chosen && both && (
            <Segmented
              label="Where"
              value={state.modality}
              onChange={(modality) => set({ modality })}
              segments={[
                { value: "auto", label: "Image" },
                { value: "text", label: "Words" },
              ]}
            />
          )}
          {chosen && (
            <Segmented
              label="Order"
              value={state.sort}
              onChange={(sort) => set({ sort })}
              segments={[
                { value: "specificity", label: "Specific", title: "(mean over A − mean over B) ÷ reference strength" },
                { value: "strength", label: "Strong", title: "mean over A ÷ reference strength" },
                { value: "rarity", label: "Rare", title: "fires least often in the corpus" },
              ]}
            />
          )}
          <label className="flex min-h-7 items-center gap-2 text-ink-soft text-xs pointer-coarse:min-h-11">
            <input
              type="checkbox"
              className="accent-accent"
              checked={state.unflagged}
              onChange={(event) => set({ unflagged: event.target.checked })}
            />
            hide flagged
          </label>
        </div>
      </div>
      <Pinned {...{ look, state, nameOf, sumsOf, onHover, onPin }} sae={sae.sae} />
      {look.waits ? (
        <p className="p-4 text-ink-faint text-sm" aria-busy="true">
          Loading the values …
        </p>
      ) : listed.length === 0 ? (
        <p className="p-4 text-ink-soft text-sm">
          {chosen
            ? "Only the error term is here: no feature fires in A. Choose a wider region."
            : "No feature fires on this input."}
        </p>
      ) : (
        <ol aria-label="Ranking" className="max-h-[70dvh] overflow-y-auto p-1.5" onPointerLeave={() => onHover(null)}>
          {listed.map((hit) => (
            <Row
              key={hit.feature}
              hit={hit}
              href={`/${sae.sae}/${hit.feature}`}
              name={nameOf(hit.feature)}
              strip={rows.get(hit.feature)?.strip}
              chosen={chosen}
              slot={state.pins.indexOf(hit.feature)}
              onHover={() => onHover(hit.feature)}
              onPin={() => onPin(hit.feature)}
            />
          ))}
        </ol>
      )}
      {listed.length > 0 && <Footer {...{ sae, look, rows }} />}
    </section>
  );
}

/** How much of the list is drawn, and all of it as a file. */
function Footer({ sae, look, rows }: Pick<Props, "sae" | "look" | "rows">) {
  const { all, listed, chosen, labels } = look;
  const save = (type: "csv" | "json") => {
    const saved = savedFeatures(all, { sae: sae.sae, chosen, rows, labels });
    const text = type === "csv" ? featuresAsCsv(saved) : JSON.stringify(saved, null, 1);
    saveFile(`${sae.sae}-fires-here.${type}`, text, type === "csv" ? "text/csv" : "application/json");
  };
  return (
    <p className="nums flex flex-wrap items-center gap-x-1 border-line border-t px-3 py-1.5 text-ink-faint text-xs">
      {listed.length < all.length ? `the first ${listed.length} of ${all.length}` : `all ${all.length}`}
      <span className="ml-auto">save all as</span>
      <Button look="ghost" className="min-h-7 px-2 text-xs" onClick={() => save("csv")}>
        CSV
      </Button>
      <Button look="ghost" className="min-h-7 px-2 text-xs" onClick={() => save("json")}>
        JSON
      </Button>
    </p>
  );
}

interface RowProps {
  hit: Listed;
  href: string;
  name: string;
  /** Undefined until it is known. */
  strip: string | null | undefined;
  chosen: boolean;
  /** Place among the pins, -1 when it is not pinned. */
  slot: number;
  onHover: () => void;
  onPin: () => void;
}

function Row({ hit, href, name, strip, chosen, slot, onHover, onPin }: RowProps) {
  const share = (x: number) => `${Math.min(100, (100 * x) / hit.aRef)}%`;
  return (
    <li
      className="grid grid-cols-[1.75rem_minmax(0,1fr)_auto] items-center gap-2 rounded-lg px-1 py-1 hover:bg-sunken"
      onPointerEnter={onHover}
      onFocus={onHover}
    >
      <PinMark slot={slot} name={name} onPin={onPin} />
      <Link href={href} className="group min-w-0 rounded">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="truncate text-sm group-hover:underline">
            {name === `#${hit.feature}` ? <span className="text-ink-faint italic">no label</span> : name}
          </span>
          <span className="nums shrink-0 text-2xs text-ink-faint">#{hit.feature}</span>
        </span>
        <span className="mt-1 flex items-center gap-2">
          <span className="relative block h-2 flex-1 rounded-full bg-sunken" aria-hidden="true">
            <span className="absolute inset-y-0 left-0 rounded-full bg-bar" style={{ width: share(hit.a) }} />
            {chosen && <span className="absolute -inset-y-0.5 w-0.5 bg-warn" style={{ left: share(hit.b) }} />}
          </span>
          <span className="nums shrink-0 text-2xs text-ink-soft">
            {chosen ? `A ${formatValue(hit.a)} · B ${formatValue(hit.b)}` : `${formatValue(hit.a)}`}
          </span>
        </span>
      </Link>
      <span className="w-24 max-sm:hidden">
        {strip === undefined ? <span className="block h-6 rounded bg-sunken" /> : <ContactStrip src={strip} />}
      </span>
    </li>
  );
}
