"use client";
import { formatShare, formatValue } from "@/lib/features/format";
import type { Band, BandId } from "@/lib/features/schema";
import { cx } from "../ui/class-names";

export interface Stop {
  id: BandId;
  name: string;
  detail: string;
  empty: boolean;
  key: string;
}

/** The stops of the elevator, from the strongest samples through five fifths of the range down to silent ones. */
export function stopsOf(bands: readonly Band[], aRef: number, population: number): Stop[] {
  const top: Stop = {
    id: "top",
    name: "Top",
    detail: `of ${population.toLocaleString("en")}`,
    empty: population === 0,
    key: "1",
  };
  const miss: Stop = { id: "miss", name: "Misses", detail: "silent", empty: false, key: "0" };
  const fifths = bands.map(
    (band, i): Stop => ({
      id: band.id,
      name: `${formatValue(band.lo / aRef || 0)}–${formatValue(band.hi / aRef || 0)}`,
      detail:
        band.n + band.nText > 0 ? `${formatShare(band.share)} · ${(band.n + band.nText).toLocaleString("en")}` : "none",
      empty: band.n + band.nText === 0,
      key: String(i + 2),
    }),
  );
  return [top, ...fifths, miss];
}

interface Props {
  stops: readonly Stop[];
  value: BandId;
  color: (id: BandId) => string;
  onChange: (id: BandId) => void;
  onNear: (id: BandId) => void;
}

/** The shaft beside the evidence: moving swaps the images in the same slots. A row of stops on a phone. */
export function BandShaft({ stops, value, color, onChange, onNear }: Props) {
  const open = stops.filter((s) => !s.empty);
  const move = (by: number, shaft: HTMLElement) => {
    const next = open[open.findIndex((s) => s.id === value) + by];
    if (!next) return;
    onChange(next.id);
    shaft.querySelector<HTMLElement>(`[data-stop=${next.id}]`)?.focus();
  };
  return (
    <div
      role="radiogroup"
      aria-label="Band of strength"
      className="-mx-1 flex shrink-0 gap-1 overflow-x-auto px-1 py-1 md:mx-0 md:w-[7.4rem] md:flex-col md:overflow-visible"
      onKeyDown={(event) => {
        const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
        if (!by) return;
        event.preventDefault();
        move(by, event.currentTarget);
      }}
    >
      {stops.map((stop) => (
        // biome-ignore lint/a11y/useSemanticElements: a native radio cannot carry the shortcut and the look of a stop
        <button
          key={stop.id}
          type="button"
          role="radio"
          data-stop={stop.id}
          aria-checked={stop.id === value}
          aria-label={
            stop.id === "miss"
              ? "Near misses"
              : stop.id === "top"
                ? "Top"
                : `${stop.name} of the reference strength, ${stop.detail}`
          }
          tabIndex={stop.id === value ? 0 : -1}
          disabled={stop.empty}
          data-key={stop.empty ? undefined : stop.key}
          data-key-label={
            stop.id === "miss" ? "near misses" : stop.id === "top" ? "strongest samples" : `band ${stop.name}`
          }
          onClick={() => onChange(stop.id)}
          onPointerEnter={() => onNear(stop.id)}
          onFocus={() => onNear(stop.id)}
          className={cx(
            "flex min-h-11 items-center gap-2 whitespace-nowrap rounded-lg border px-2 py-1 text-left transition-colors disabled:opacity-40",
            stop.id === value ? "border-accent bg-accent-soft" : "border-transparent hover:bg-sunken",
          )}
        >
          <span className="h-7 w-1.5 shrink-0 rounded-full" style={{ background: color(stop.id) }} aria-hidden="true" />
          <span>
            <span className="nums block text-xs font-semibold leading-4">{stop.name}</span>
            <span className="nums block text-2xs text-ink-faint">{stop.detail}</span>
          </span>
        </button>
      ))}
    </div>
  );
}
