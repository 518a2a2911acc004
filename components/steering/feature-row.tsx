"use client";
import { statusWords } from "@/lib/features/format";
import type { Desk, Turned } from "@/lib/steering/desk/types";
import { METHOD_WORDS, METHODS, strengthOf } from "@/lib/steering/format";
import { Badge } from "../ui/badge";
import { Link } from "../ui/link";
import { ContactStrip } from "../viz/contact-strip";
import { RawNote, rawOf, StrengthControl, strengthWords } from "./strength";
import type { KnownFeature } from "./use-known";
import { PART_WORDS, WhereOverride } from "./where-select";

interface Props {
  turned: Turned;
  desk: Desk;
  known: KnownFeature;
  /** Share of the hidden norm that the change made up, after a run of this feature alone. */
  normShare: number | undefined;
  /** Absent: only shown. */
  onChange?: (turned: Turned) => void;
  onRemove?: () => void;
}

/** One feature on the desk: what it is, how it is turned, how strongly, and where. */
export function FeatureRow({ turned, desk, known, normShare, onChange, onRemove }: Props) {
  const { ref, method } = turned;
  const feature = known === "missing" ? undefined : known;
  const index = ref.split("/")[1];
  const label = feature ? (feature.label ?? statusWords(feature.status)) : `#${index}`;
  const raw = rawOf(turned, desk.unit, feature);
  return (
    <li
      aria-label={label}
      className="grid grid-cols-1 items-center gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[7.5rem_minmax(0,1fr)_auto] lg:grid-cols-[8rem_minmax(8rem,1fr)_7rem_minmax(13rem,1.2fr)_auto]"
    >
      <ContactStrip src={feature?.strip ?? null} className="max-sm:hidden" />
      <div className="min-w-0">
        <p className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-semibold text-sm">{label}</span>
          <Link
            href={`/${desk.model}/${ref}`}
            className="nums shrink-0 rounded text-accent text-xs underline underline-offset-2"
          >
            #{index}
          </Link>
        </p>
        {known === "missing" ? (
          <p className="text-bad text-xs">There is no feature {ref} of this model.</p>
        ) : (
          <p
            className="truncate text-2xs text-ink-faint"
            title={`${METHOD_WORDS[method].says}: ${METHOD_WORDS[method].does}`}
          >
            {METHOD_WORDS[method].does}
          </p>
        )}
      </div>
      {onChange ? (
        <>
          <select
            aria-label={`Method for ${label}`}
            value={method}
            onChange={(event) => {
              const next = METHODS.find((m) => m === event.target.value) ?? "add";
              // A factor of 2 and a level of 2 are different things: the number starts anew when the kind changes.
              const strength =
                strengthOf(next) === strengthOf(method) ? turned.strength : strengthOf(next) === "factor" ? 2 : 1;
              onChange({ ...turned, method: next, strength });
            }}
            className="h-8 rounded-lg border border-line bg-panel px-2 text-sm max-sm:w-full pointer-coarse:h-11"
          >
            {METHODS.map((m) => (
              <option key={m} value={m} title={METHOD_WORDS[m].does}>
                {m}
              </option>
            ))}
          </select>
          <div className="min-w-0 sm:col-span-3 lg:col-span-1">
            <StrengthControl
              turned={turned}
              unit={desk.unit}
              feature={feature}
              label={label}
              onChange={(strength) => onChange({ ...turned, strength })}
            />
            <RawNote raw={raw} normShare={normShare} />
          </div>
          <div className="flex items-center justify-between gap-1 sm:col-span-3 lg:col-span-1">
            <WhereOverride
              label={label}
              value={turned.where}
              shared={desk.where}
              onChange={(where) => onChange({ ...turned, where })}
            />
            <button
              type="button"
              aria-label={`Remove ${label}`}
              title="Remove"
              onClick={onRemove}
              className="grid size-8 place-items-center rounded-lg text-ink-faint hover:bg-sunken hover:text-ink pointer-coarse:size-11"
            >
              ×
            </button>
          </div>
        </>
      ) : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm lg:col-span-3">
          <Badge tone="accent">{method}</Badge>
          <span className="nums font-medium">{strengthWords(turned, desk.unit)}</span>
          <RawNote raw={raw} normShare={normShare} />
          <span className="ml-auto text-ink-faint text-xs">{PART_WORDS[turned.where ?? desk.where]}</span>
        </div>
      )}
    </li>
  );
}
