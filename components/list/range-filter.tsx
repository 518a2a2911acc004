"use client";
import { useState } from "react";

interface Props {
  label: string;
  /** "lo..hi", either end open; "" when off. */
  value: string;
  min: number;
  max: number;
  /** Position 0..1 of a value on the track, and back: densities go by their logarithm. */
  log?: boolean;
  format: (value: number) => string;
  onChange: (value: string) => void;
}

const STEPS = 100;

/** Two native range inputs over one track: the lower and the upper end of a column. */
export function RangeFilter({ label, value, min, max, log, format, onChange }: Props) {
  const toValue = (t: number) =>
    log ? 10 ** (Math.log10(min) + t * (Math.log10(max) - Math.log10(min))) : min + t * (max - min);
  const toPlace = (x: number) =>
    log
      ? (Math.log10(Math.max(x, min)) - Math.log10(min)) / (Math.log10(max) - Math.log10(min))
      : (x - min) / (max - min || 1);
  const [loText = "", hiText = ""] = value.split("..");
  const given = {
    lo: loText === "" ? 0 : Math.round(STEPS * toPlace(Number(loText))),
    hi: hiText === "" ? STEPS : Math.round(STEPS * toPlace(Number(hiText))),
  };
  const [drag, setDrag] = useState<{ lo: number; hi: number }>();
  const at = drag ?? given;
  const set = (lo: number, hi: number) => {
    setDrag({ lo, hi });
    const text = (place: number, open: number) =>
      place === open ? "" : String(Number(toValue(place / STEPS).toPrecision(2)));
    const range = `${text(lo, 0)}..${text(hi, STEPS)}`;
    onChange(range === ".." ? "" : range);
  };
  const track =
    "pointer-events-none absolute inset-x-0 top-0 h-5 w-full appearance-none bg-transparent [&::-moz-range-thumb]:pointer-events-auto [&::-webkit-slider-thumb]:pointer-events-auto [&::-webkit-slider-thumb]:size-4 [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-full [&::-webkit-slider-thumb]:border-2 [&::-webkit-slider-thumb]:border-panel [&::-webkit-slider-thumb]:bg-accent [&::-webkit-slider-thumb]:shadow";
  const ends = `${at.lo === 0 ? "any" : format(toValue(at.lo / STEPS))} to ${at.hi === STEPS ? "any" : format(toValue(at.hi / STEPS))}`;
  return (
    <fieldset className="min-w-0" onPointerUp={() => setDrag(undefined)} onBlur={() => setDrag(undefined)}>
      <legend className="flex w-full justify-between text-xs">
        <span className="text-ink-soft">{label}</span>
        <span className="nums text-ink-faint">{at.lo === 0 && at.hi === STEPS ? "any" : ends}</span>
      </legend>
      <div className="relative mt-1 h-5">
        <div className="absolute inset-x-0 top-2 h-1 rounded-full bg-sunken">
          <div
            className="absolute h-full rounded-full bg-bar"
            style={{ left: `${at.lo}%`, right: `${STEPS - at.hi}%` }}
          />
        </div>
        <input
          type="range"
          aria-label={`${label}, at least`}
          aria-valuetext={format(toValue(at.lo / STEPS))}
          min={0}
          max={STEPS}
          value={at.lo}
          onChange={(e) => set(Math.min(Number(e.target.value), at.hi), at.hi)}
          className={track}
        />
        <input
          type="range"
          aria-label={`${label}, at most`}
          aria-valuetext={format(toValue(at.hi / STEPS))}
          min={0}
          max={STEPS}
          value={at.hi}
          onChange={(e) => set(at.lo, Math.max(Number(e.target.value), at.lo))}
          className={track}
        />
      </div>
    </fieldset>
  );
}
