"use client";
import { formatShare, formatValue } from "@/lib/features/format";
import type { Desk, Turned } from "@/lib/steering/desk/types";
import { signed, strengthOf } from "@/lib/steering/format";
import type { DeskFeature } from "@/lib/steering/types";
import { NumberField } from "../lab/number-field";
import { Slider } from "../ui/slider";

export const UNIT_WORDS: Record<Desk["unit"], string> = { ref: "× ref", max: "× max", raw: "raw" };
const REACH = 4;

/** "+2 × ref", "× 3", "taken out": a strength in words. */
export function strengthWords({ method, strength }: Pick<Turned, "method" | "strength">, unit: Desk["unit"]): string {
  const kind = strengthOf(method);
  if (kind === "none") return "taken out";
  return kind === "factor" ? `× ${strength}` : `${signed(strength)} ${UNIT_WORDS[unit]}`;
}

/** The strength in the model's own numbers; null where it has none, or nothing is known of the feature. */
export function rawOf(
  { method, strength }: Turned,
  unit: Desk["unit"],
  feature: DeskFeature | undefined,
): number | null {
  if (strengthOf(method) !== "level" || (unit !== "raw" && !feature)) return null;
  return unit === "raw" ? strength : strength * (unit === "ref" ? feature!.aRef : feature!.max);
}

interface Props {
  turned: Turned;
  unit: Desk["unit"];
  feature: DeskFeature | undefined;
  label: string;
  onChange: (strength: number) => void;
}

/** Slider and number of one feature's strength. Beyond the slider's reach the number goes on. */
export function StrengthControl({ turned, unit, feature, label, onChange }: Props) {
  const { method, strength } = turned;
  const kind = strengthOf(method);
  if (kind === "none") return <p className="text-ink-faint text-xs">no strength: what is there is taken out</p>;
  const factor = kind === "factor";
  const scale = unit === "raw" && !factor ? Math.max(1, feature?.aRef ?? 1) : 1;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_4.5rem] items-center gap-2">
      <Slider
        label={factor ? "factor" : UNIT_WORDS[unit]}
        min={factor ? 0 : -REACH * scale}
        max={REACH * scale}
        step={factor ? 0.25 : 0.25 * scale}
        value={strength}
        text={factor ? `× ${strength}` : signed(strength)}
        onChange={onChange}
      />
      <NumberField
        label={`Strength of ${label}`}
        min={-1e6}
        max={1e6}
        step="any"
        value={strength}
        onChange={onChange}
      />
    </div>
  );
}

/** "raw 15.2 · 18 % of the hidden norm" */
export function RawNote({ raw, normShare }: { raw: number | null; normShare: number | undefined }) {
  const parts = [
    raw === null ? undefined : `raw ${raw < 0 ? "−" : ""}${formatValue(Math.abs(raw))}`,
    normShare === undefined ? undefined : `${formatShare(normShare)} of the hidden norm`,
  ].filter(Boolean);
  return parts.length > 0 ? <p className="nums text-2xs text-ink-faint">{parts.join(" · ")}</p> : null;
}
