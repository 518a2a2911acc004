"use client";
import { type PointerEvent, useId, useRef, useState } from "react";

interface Props {
  label: string;
  /** "lo..hi", either end open; "" when off. */
  value: string;
  min: number;
  max: number;
  /** Position 0..1 of a value on the track, and back: densities go by their logarithm. */
  log?: boolean;
  /** Features by value under all other filters, once they are known. */
  bars?: readonly number[] | undefined;
  format: (value: number) => string;
  /** `push` at the beginning of a gesture, `replace` while it goes on: one step of history each. */
  onChange: (value: string, history: "push" | "replace") => void;
}

const STEPS = 100;

/** A column's range over its own distribution: drag across the bars, or move either end. */
export function RangeFilter({ label, value, min, max, log, bars, format, onChange }: Props) {
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
  const gesture = useRef(false);
  const set = (lo: number, hi: number) => {
    setDrag({ lo, hi });
    const text = (place: number, open: number) =>
      place === open ? "" : String(Number(toValue(place / STEPS).toPrecision(2)));
    const range = `${text(lo, 0)}..${text(hi, STEPS)}`;
    onChange(range === ".." ? "" : range, gesture.current ? "replace" : "push");
    gesture.current = true;
  };
  const end = () => {
    setDrag(undefined);
    gesture.current = false;
  };
  const track =
    "pointer-events-none absolute inset-x-0 top-0 h-5 w-full appearance-none bg-transparent [&::-moz-range-thumb]:pointer-events-auto [&::-webkit-slider-thumb]:pointer-events-auto [&::-webkit-slider-thumb]:size-4 [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-full [&::-webkit-slider-thumb]:border-2 [&::-webkit-slider-thumb]:border-panel [&::-webkit-slider-thumb]:bg-accent [&::-webkit-slider-thumb]:shadow pointer-coarse:[&::-webkit-slider-thumb]:size-7";
  const ends = `${at.lo === 0 ? "any" : format(toValue(at.lo / STEPS))} to ${at.hi === STEPS ? "any" : format(toValue(at.hi / STEPS))}`;
  return (
    <fieldset className="min-w-0" onPointerUp={end} onKeyUp={end} onBlur={end}>
      <legend className="flex w-full justify-between text-xs">
        <span className="text-ink-soft">{label}</span>
        <span className="nums text-ink-faint">{at.lo === 0 && at.hi === STEPS ? "any" : ends}</span>
      </legend>
      {bars ? (
        <Bars bars={bars} lo={at.lo / STEPS} hi={at.hi / STEPS} label={label} onBrush={set} />
      ) : (
        // The distribution's place is kept, so that nothing moves when it comes.
        <div className="mt-1 h-7" />
      )}
      <div className="relative mt-1 h-5 pointer-coarse:my-3">
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

interface BarsProps {
  bars: readonly number[];
  lo: number;
  hi: number;
  label: string;
  onBrush: (lo: number, hi: number) => void;
}

const TALL = 26;

/** The distribution as bars with square-root heights, those outside the range faint; dragging across them sets it. */
function Bars({ bars, lo, hi, label, onBrush }: BarsProps) {
  const from = useRef<number | null>(null);
  const id = useId();
  const top = Math.sqrt(Math.max(1, ...bars));
  const path = bars
    .map((n, i) => (n > 0 ? `M${i + 0.08} ${TALL}v${-Math.max(1, (TALL * Math.sqrt(n)) / top)}h.84V${TALL}z` : ""))
    .join("");
  const total = bars.reduce((sum, n) => sum + n, 0);
  const placeOf = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.round(STEPS * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
  };
  return (
    <svg
      viewBox={`0 0 ${bars.length} ${TALL}`}
      preserveAspectRatio="none"
      className="mt-1 block h-7 w-full cursor-col-resize touch-none"
      role="img"
      aria-label={`${total.toLocaleString("en")} features by ${label}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = placeOf(event);
      }}
      onPointerMove={(event) => {
        const start = from.current;
        const now = placeOf(event);
        if (start === null || Math.abs(now - start) < 2) return;
        onBrush(Math.min(start, now), Math.max(start, now));
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onDoubleClick={() => onBrush(0, STEPS)}
    >
      <clipPath id={id}>
        <rect x={lo * bars.length} width={Math.max(0, hi - lo) * bars.length} height={TALL} />
      </clipPath>
      <path d={path} fill="var(--line)" />
      <path d={path} fill="var(--bar)" clipPath={`url(#${id})`} />
    </svg>
  );
}
