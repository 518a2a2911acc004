"use client";
import type { ReactNode } from "react";
import type { DeskImage } from "@/lib/steering/types";
import { Button } from "../ui/button";

interface Props {
  image: DeskImage;
  /** What lies on it: the brush. */
  children?: ReactNode;
  onRemove?: () => void;
}

/** The image that is asked about, large, with its size. */
export function DeskPicture({ image, children, onRemove }: Props) {
  const { sha, width, height, alt } = image;
  return (
    <figure>
      <div className="grid place-items-center rounded-lg bg-mat p-1.5">
        <div
          className="relative w-full"
          style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(24rem * ${width / height})` }}
        >
          <img
            src={`/i/${sha}/512.webp`}
            alt={alt}
            width={width}
            height={height}
            decoding="async"
            className="size-full rounded"
          />
          {children}
        </div>
      </div>
      <figcaption className="nums mt-1 flex items-center justify-between gap-2 text-2xs text-ink-faint">
        <span className="min-w-0 truncate" title={alt}>
          {width} × {height} · {sha.slice(0, 12)}
        </span>
        {onRemove && (
          <Button look="ghost" className="min-h-7 px-2 text-xs" onClick={onRemove}>
            Remove
          </Button>
        )}
      </figcaption>
    </figure>
  );
}
