"use client";
import { useMemo } from "react";
import { cx } from "../ui/class-names";
import { cellValue, decodeGrid, maskOf, maskShare, peakCell } from "./grid";
import { paletteColor } from "./palette";
import { type Affine, cellsBox, type PercentBox, placeWords, viewBox } from "./placement";
import { cropBox, strongestComponent } from "./region";
import { RegionOverlay } from "./region-overlay";
import type { ViewSettings } from "./view-settings";

export interface PictureProps {
  src: string;
  alt: string;
  width: number;
  height: number;
  /** Base64 codes, one byte per cell, and where the cells lie. */
  grid: { codes: string; rows: number; cols: number; scale: number; affine: Affine };
  aRef: number;
  settings: ViewSettings;
  /** The first row is fetched at once, the rest when it comes near. */
  eager?: boolean;
  className?: string;
}

/** One image with its highlighted region, exactly as large as its box; in crop mode only the strongest region. */
export function Picture(props: PictureProps) {
  const { src, alt, width, height, grid: stored, settings, eager, className } = props;
  const { codes, rows, cols, scale, affine } = stored;
  const grid = useMemo(() => decodeGrid(codes, rows, cols, scale), [codes, rows, cols, scale]);
  const own = settings.contrast === "auto" ? cellValue(grid, peakCell(grid)) : 0;
  const aRef = own || props.aRef;
  const view = useMemo(() => viewBox(affine, width, height), [affine, width, height]);
  const crop = useMemo(() => {
    if (settings.overlay !== "crop") return undefined;
    const box = cropBox(strongestComponent(grid, maskOf(grid, aRef, settings.cut)), grid.rows, grid.cols);
    return box ? cellsBox(box, grid.rows, grid.cols, view) : undefined;
  }, [grid, view, aRef, settings.overlay, settings.cut]);
  const share = maskShare(maskOf(grid, aRef, 0));
  const peak = grid.codes.indexOf(Math.max(...grid.codes));
  const where =
    share > 0
      ? `feature active in the ${placeWords(peak, rows, cols)}, ${Math.round(100 * share)} % of the image`
      : "feature silent";
  return (
    <div className={cx("relative overflow-hidden", className)} style={{ aspectRatio: `${width} / ${height}` }}>
      <div className="absolute inset-0" style={crop && zoomTo(crop)}>
        <img
          src={src}
          alt={`${alt}: ${where}`}
          width={width}
          height={height}
          loading={eager ? "eager" : "lazy"}
          fetchPriority={eager ? "high" : "auto"}
          decoding="async"
          className="absolute inset-0 size-full"
          style={crop && { imageRendering: "pixelated" }}
        />
        <RegionOverlay grid={grid} view={view} aRef={aRef} settings={settings} />
      </div>
    </div>
  );
}

/** Scales the picture so that a box of it fills the frame without changing its shape. */
function zoomTo(box: PercentBox): { transform: string; transformOrigin: string } {
  const zoom = 100 / Math.max(box.width, box.height);
  // Centre the shorter side, but show nothing beyond the image; the frame's overflow hides the rest.
  const side = 100 / zoom;
  const x = within(box.left - (side - box.width) / 2, 100 - side);
  const y = within(box.top - (side - box.height) / 2, 100 - side);
  return { transformOrigin: "0 0", transform: `scale(${zoom}) translate(${-x}%, ${-y}%)` };
}

function within(x: number, most: number): number {
  return Math.min(Math.max(x, 0), Math.max(0, most));
}

/** Strength of a picture's peak on the feature's scale: a thin gauge, its length and its colour say the same. */
export function Gauge({ value, aRef, settings }: { value: number; aRef: number; settings: ViewSettings }) {
  const t = Math.min(1, value / aRef);
  return (
    <div className="h-1 w-full bg-black/25" aria-hidden="true">
      <div
        className="h-full"
        style={{ width: `${100 * t}%`, background: paletteColor(settings.palette, 0.15 + 0.85 * t) }}
      />
    </div>
  );
}
