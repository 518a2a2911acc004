"use client";
import { formatValue } from "@/lib/features/format";
import type { Exemplar } from "@/lib/features/schema";
import type { Geometry } from "@/lib/samples/schema";
import { imageUrl } from "../viz/image-url";
import { Gauge, Picture } from "../viz/picture";
import type { ViewSettings } from "../viz/view-settings";

interface Props {
  item: Exemplar;
  geometry: Geometry;
  aRef: number;
  settings: ViewSettings;
  eager: boolean;
  onOpen: () => void;
}

/** Value of an exemplar on the feature's scale; above the reference strength as a multiple of it. */
export function peakWords(peak: number, aRef: number): string {
  return peak >= aRef * 1.05 ? `${formatValue(peak)} · ${(peak / aRef).toFixed(1)} ×` : formatValue(peak);
}

/** One image of the evidence: region, value, gauge; opens large. */
export function ExemplarCard({ item, geometry, aRef, settings, eager, onOpen }: Props) {
  const { image } = item;
  if (!image) return null;
  const below = settings.overlay !== "off" && item.peak > 0 && item.peak < settings.cut * aRef;
  const badge = "absolute left-1.5 rounded-md bg-black/70 px-1.5 py-px text-2xs font-semibold text-white";
  return (
    <button
      type="button"
      onClick={onOpen}
      title={image.alt}
      className="picture group relative block w-full overflow-hidden rounded-lg bg-mat p-1 text-left shadow-sm outline-offset-1 transition-shadow hover:shadow-md"
    >
      <Picture
        src={imageUrl(image.sha)}
        alt={image.alt}
        width={image.width}
        height={image.height}
        grid={{ codes: item.grid, scale: item.scale, ...geometry }}
        aRef={aRef}
        settings={settings}
        eager={eager}
        className="rounded-md"
      />
      <span className={`${badge} nums top-1.5`}>{item.why ? "0" : peakWords(item.peak, aRef)}</span>
      {(item.nearDuplicates ?? 0) > 0 && (
        <span
          className={`${badge} nums top-1.5 right-1.5 left-auto`}
          title={`${item.nearDuplicates} near-duplicates are folded into this image`}
        >
          {item.nearDuplicates} more like this
        </span>
      )}
      {settings.contrast === "auto" && <span className={`${badge} right-1.5 bottom-2.5 left-auto`}>own scale</span>}
      {below && <span className={`${badge} bottom-2.5`}>below threshold</span>}
      <div className="absolute inset-x-1 bottom-1 overflow-hidden rounded-b-md">
        <Gauge value={item.peak} aRef={aRef} settings={settings} />
      </div>
    </button>
  );
}
