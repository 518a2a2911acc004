"use client";
import { useMemo } from "react";
import type { SharedImage } from "@/lib/compare/types";
import { formatValue } from "@/lib/features/format";
import { decodeGrid, maskOf } from "../viz/grid";
import { pinLook } from "../viz/pin-colors";
import { viewBox } from "../viz/placement";
import { outlinePath } from "../viz/region";
import { boxOf, Outline } from "../viz/region-overlay";
import { SlotMark } from "./slot-mark";

/** Cells count as a region from this share of a feature's reference strength on, as on the feature's own page. */
const CUT = 0.1;

/** One image with the region of each feature that fires on it: hue, dashes and number tell them apart. */
export function SharedPicture({ shared, names }: { shared: SharedImage; names: readonly string[] }) {
  const { image, regions } = shared;
  const drawn = useMemo(
    () =>
      regions.map(({ slot, codes, scale, aRef, geometry }) => {
        const grid = decodeGrid(codes, geometry.rows, geometry.cols, scale);
        const path = outlinePath(maskOf(grid, aRef, CUT), grid.rows, grid.cols);
        return { slot, grid, path, box: boxOf(viewBox(geometry.affine, image.width, image.height)) };
      }),
    [regions, image],
  );
  return (
    <figure className="min-w-0">
      <a
        href={`/images/${image.sha.slice(0, 16)}`}
        className="relative block overflow-hidden rounded-lg bg-mat"
        style={{ aspectRatio: `${image.width} / ${image.height}` }}
        title={`${image.alt}: everything that fires here`}
      >
        <img
          src={`/i/${image.sha}/256.webp`}
          alt={`${image.alt}: regions of ${regions.map(({ slot }) => names[slot]).join(" and ")}`}
          width={image.width}
          height={image.height}
          loading="lazy"
          decoding="async"
          className="absolute inset-0 size-full"
        />
        {drawn.map(
          ({ slot, path, grid, box }) => path && <Outline key={slot} {...{ path, grid, box }} look={pinLook(slot)} />,
        )}
      </a>
      <figcaption className="nums mt-1 flex flex-wrap gap-x-2.5 text-2xs text-ink-soft">
        {regions.map(({ slot, peak, aRef }) => (
          <span
            key={slot}
            className="flex items-center gap-1"
            title={`${names[slot]}: peak, and as a share of its reference strength`}
          >
            <SlotMark slot={slot} small />
            {formatValue(peak)}
            <span className="text-ink-faint">{Math.round((100 * peak) / aRef)} %</span>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
