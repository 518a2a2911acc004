"use client";
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import { signBox, signUrl, type WordState } from "@/lib/inspect/word/format";
import type { WordResult } from "@/lib/inspect/word/schema";
import { decodeGrid } from "../viz/grid";
import { HEAT } from "../viz/heat";
import { viewBox } from "../viz/placement";
import { RegionOverlay } from "../viz/region-overlay";

interface Props {
  state: WordState;
  set: (changed: Partial<WordState>) => void;
  size: { width: number; height: number };
  alt: string;
  result: WordResult | undefined;
  /** The result is of this very set-up. */
  current: boolean;
  /** What is told when the word has been moved. */
  says: string;
}

const STEP = 2;
const FAR_STEP = 10;
const MOVES: Record<string, [number, number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};
const clamp = (x: number) => Math.min(100, Math.max(0, Math.round(x)));

/**
 * The image with the word on it, drawn where the model sees it. The word is dragged, or the image is clicked where it shall
 * go; by keyboard, arrows move it, and Shift moves it farther.
 */
export function WordPicture({ state, set, size, alt, result, current, says }: Props) {
  const [aspect, setAspect] = useState(0);
  const [hides, setHides] = useState(false);
  const drag = useRef<{ dx: number; dy: number } | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [x0, y0, x1, y1] = signBox(size, aspect || 2, state);
  const place = {
    left: `${(100 * x0) / size.width}%`,
    top: `${(100 * y0) / size.height}%`,
    width: `${(100 * (x1 - x0)) / size.width}%`,
    height: `${(100 * (y1 - y0)) / size.height}%`,
  };
  const shown = result?.versions.find(({ name }) => name === state.show);
  const { rows, cols } = result?.geometry ?? { rows: 0, cols: 0 };
  const cells = shown?.cells;
  const scale = result?.feature?.scale ?? 1;
  const grid = useMemo(() => (cells ? decodeGrid(cells, rows, cols, scale) : null), [cells, rows, cols, scale]);
  const pointAt = (event: PointerEvent) => {
    const box = frame.current?.getBoundingClientRect() as DOMRect;
    return {
      x: (100 * (event.clientX - box.left)) / box.width,
      y: (100 * (event.clientY - box.top)) / box.height,
    };
  };
  // The centre as it is drawn: near an edge it differs from the one that was asked for.
  const centre = { x: (50 * (x0 + x1)) / size.width, y: (50 * (y0 + y1)) / size.height };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (!move) return;
    const by = event.shiftKey ? FAR_STEP : STEP;
    set({ x: clamp(centre.x + by * move[0]), y: clamp(centre.y + by * move[1]) });
    event.preventDefault();
    event.stopPropagation();
  };
  const word = state.word.trim();
  return (
    <div className="mx-auto w-full" style={{ maxWidth: `calc(34rem * ${size.width / size.height})` }}>
      <div className="rounded-lg bg-mat p-1.5">
        <div
          ref={frame}
          className="picture relative touch-pan-y overflow-hidden rounded-sm [--overlay-opacity:0.7]"
          style={{ aspectRatio: `${size.width} / ${size.height}` }}
          onPointerDown={(event) => {
            if (event.button !== 0 || state.show === "plain" || drag.current) return;
            const { x, y } = pointAt(event);
            set({ x: clamp(x), y: clamp(y) });
          }}
        >
          <img
            src={`/i/${state.image}/512.webp`}
            alt={alt}
            className="absolute inset-0 size-full"
            decoding="async"
            draggable={false}
          />
          {word !== "" && state.show !== "plain" && (
            <div
              role="application"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: one tab stop with keys of its own, as the cells of an image are
              tabIndex={0}
              aria-label={`The word “${word}” on the image. Arrows move it, Shift with an arrow moves it farther.`}
              className="absolute cursor-grab touch-none rounded-[2px] outline-offset-2 before:absolute before:-inset-3 active:cursor-grabbing"
              style={place}
              onKeyDown={onKeyDown}
              onPointerDown={(event) => {
                if (event.button !== 0) return;
                const { x, y } = pointAt(event);
                drag.current = { dx: centre.x - x, dy: centre.y - y };
                event.currentTarget.setPointerCapture(event.pointerId);
                event.stopPropagation();
              }}
              onPointerMove={(event) => {
                if (!drag.current) return;
                const { x, y } = pointAt(event);
                set({ x: clamp(x + drag.current.dx), y: clamp(y + drag.current.dy) });
              }}
              onPointerUp={() => {
                drag.current = null;
              }}
              onPointerCancel={() => {
                drag.current = null;
              }}
            >
              <img
                src={signUrl(word, state.ink, state.show === "scrambled")}
                alt=""
                draggable={false}
                className="pointer-events-none absolute inset-0 size-full"
                onLoad={({ currentTarget }) => setAspect(currentTarget.naturalWidth / currentTarget.naturalHeight)}
              />
            </div>
          )}
          {grid && !hides && result?.feature && (
            <div className={current ? "" : "opacity-40"}>
              <RegionOverlay
                grid={grid}
                view={viewBox(result.geometry.affine, size.width, size.height)}
                aRef={result.feature.aRef}
                settings={HEAT}
              />
            </div>
          )}
        </div>
      </div>
      <span className="sr-only" aria-live="polite">
        {current ? says : ""}
      </span>
      {grid && (
        <label className="flex mt-1 min-h-7 w-fit items-center gap-2 text-ink-soft text-xs pointer-coarse:min-h-11">
          <input
            type="checkbox"
            className="accent-accent"
            checked={!hides}
            onChange={({ target }) => setHides(!target.checked)}
          />
          colour where the feature fires
        </label>
      )}
    </div>
  );
}
