"use client";
import { useEffect, useRef } from "react";
import { formatShare } from "@/lib/features/format";
import type { Exemplar } from "@/lib/features/schema";
import type { Geometry } from "@/lib/samples/schema";
import { Button } from "../ui/button";
import { imageUrl } from "../viz/image-url";
import { Picture } from "../viz/picture";
import type { ViewSettings } from "../viz/view-settings";
import { peakWords } from "./exemplar-card";
import { type ZoomHandle, ZoomPane } from "./zoom-pane";

interface Props {
  items: readonly Exemplar[];
  geometries: readonly Geometry[];
  open: Exemplar;
  aRef: number;
  settings: ViewSettings;
  onMove: (item: Exemplar) => void;
  onClose: () => void;
  /** The feature that stays pinned where everything else that fires is shown. */
  featureRef: string;
}

/** One exemplar large, with its caption and exact numbers; arrows or h and l go through the band. */
export function Lightbox({ items, geometries, open: item, aRef, settings, onMove, onClose, featureRef }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const everything = useRef<HTMLAnchorElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const zoom = useRef<ZoomHandle>(null);
  const at = items.indexOf(item);
  const geometry = geometries.find((g) => g.id === item.geometry);
  if (!item.image || !geometry) return null;
  const move = (by: number) => onMove(items[(at + by + items.length) % items.length] as Exemplar);
  return (
    <dialog
      ref={dialog}
      aria-label={`Image ${at + 1} of ${items.length}`}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      onKeyDown={(event) => {
        if (event.key === "a") everything.current?.click();
        if (event.key === "l" || event.key === "ArrowRight") move(1);
        if (event.key === "h" || event.key === "ArrowLeft") move(-1);
        if (event.key === "z") zoom.current?.next();
      }}
      className="m-auto w-[min(44rem,calc(100vw-1.5rem))] rounded-2xl border border-line bg-panel p-3 text-ink shadow-lift"
      style={{ "--overlay-opacity": settings.opacity } as React.CSSProperties}
    >
      <ZoomPane key={item.image.sha} ref={zoom} className="picture grid place-items-center rounded-xl bg-mat p-3">
        <Picture
          src={imageUrl(item.image.sha, 512)}
          alt={item.image.alt}
          width={item.image.width}
          height={item.image.height}
          grid={{ codes: item.grid, scale: item.scale, ...geometry }}
          aRef={aRef}
          settings={settings}
          eager
          className="max-h-[62vh] w-full max-w-[62vh] rounded-md"
        />
      </ZoomPane>
      <div className="px-1 pt-3">
        <p className="text-sm">{item.image.caption ?? item.image.alt}</p>
        <dl className="nums mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs text-ink-soft">
          <Fact name="peak" value={item.why ? "0 (silent)" : peakWords(item.peak, aRef)} />
          <Fact name="mean" value={item.mean.toPrecision(2)} />
          <Fact name="area" value={formatShare(item.area)} />
          {Array.isArray(item.peakAt) && item.peak > 0 && (
            <Fact name="at" value={`row ${item.peakAt[0] + 1}, column ${item.peakAt[1] + 1}`} />
          )}
          {(item.nearDuplicates ?? 0) > 0 && <Fact name="folded" value={`${item.nearDuplicates} more like this`} />}
          <Fact name="image" value={item.image.sha.slice(0, 12)} />
        </dl>
        <div className="mt-3 flex flex-wrap items-center gap-2">
          {items.length > 1 && (
            <>
              <Button onClick={() => move(-1)} title="Previous image (h)">
                ← Previous
              </Button>
              <Button onClick={() => move(1)} title="Next image (l)">
                Next →
              </Button>
            </>
          )}
          <Button
            look="ghost"
            onClick={() => zoom.current?.next()}
            title="Zoom (z); drag to move, wheel or pinch to zoom"
          >
            Zoom
          </Button>
          <a
            className="ml-auto rounded px-2 text-sm text-ink-soft underline underline-offset-2"
            href={`/i/${item.image.sha}/orig.webp`}
          >
            Original
          </a>
          <a
            ref={everything}
            className="inline-flex min-h-9 items-center rounded px-2 text-accent text-sm underline underline-offset-2 pointer-coarse:min-h-11"
            href={`/images/${item.image.sha.slice(0, 16)}?f=${featureRef}`}
            title="All features that fire on this image (a)"
          >
            Everything that fires here
          </a>
          <a
            className="inline-flex min-h-9 items-center rounded px-2 text-accent text-sm underline underline-offset-2 pointer-coarse:min-h-11"
            href={`/inspect/word?f=${featureRef}&image=${item.image.sha}`}
            title="Write a word on this image and see what it does to the feature"
          >
            Try a word on it
          </a>
          <Button look="ghost" onClick={() => dialog.current?.close()}>
            Close
          </Button>
        </div>
      </div>
    </dialog>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-ink-faint">{name}</dt>
      <dd className="text-ink">{value}</dd>
    </div>
  );
}
