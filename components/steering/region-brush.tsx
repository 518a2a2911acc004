"use client";
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import type { Geometry } from "@/lib/samples/schema";
import { cx } from "../ui/class-names";
import { decodeMask, encodeMask } from "../viz/mask";
import { placeWords } from "../viz/placement";
import { outlinePath } from "../viz/region";

interface Props {
  /** Placed on the image; the brush covers its view. */
  geometry: Geometry;
  image: { width: number; height: number };
  region: string | null;
  /** Absent: only shown. */
  onChange?: (region: string | null) => void;
}

/**
 * Cells of the image that are painted. One tab stop: arrows move, Space or Enter paints, with Shift both at once, Escape
 * clears. Must lie in a positioned box that is exactly the image.
 */
export function RegionBrush({ geometry, image, region, onChange }: Props) {
  const { rows, cols, affine } = geometry;
  const mask = useMemo(() => decodeMask(region, rows * cols), [region, rows, cols]);
  const [cursor, setCursor] = useState<number | null>(null);
  const paints = useRef<0 | 1 | null>(null);
  // Several moves of the pointer may come before the next paint.
  const latest = useRef(mask);
  latest.current = mask;
  const painted = mask.reduce((sum, bit) => sum + bit, 0);
  const set = (cell: number, bit: 0 | 1) => {
    if (latest.current[cell] === bit) return;
    latest.current = latest.current.slice();
    latest.current[cell] = bit;
    onChange?.(encodeMask(latest.current));
  };
  const cellAt = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const col = Math.floor(((event.clientX - box.left) / box.width) * cols);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    return row >= 0 && col >= 0 && row < rows && col < cols ? row * cols + col : null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = cursor ?? Math.floor(rows / 2) * cols + Math.floor(cols / 2);
    const [row, col] = [Math.floor(at / cols), at % cols];
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (step) {
      const r = Math.min(rows - 1, Math.max(0, row + step[0]!));
      const c = Math.min(cols - 1, Math.max(0, col + step[1]!));
      setCursor(r * cols + c);
      if (event.shiftKey) set(r * cols + c, 1);
    } else if (event.key === " " || event.key === "Enter") set(at, mask[at] ? 0 : 1);
    else if (event.key === "Escape" && painted > 0) onChange?.(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const live = onChange !== undefined;
  const says =
    cursor === null
      ? `${painted} of ${rows * cols} cells are painted`
      : `row ${Math.floor(cursor / cols) + 1}, column ${(cursor % cols) + 1}, ${placeWords(cursor, rows, cols)}: ${mask[cursor] ? "painted" : "not painted"}`;
  return (
    <>
      <svg
        viewBox={`0 0 ${cols} ${rows}`}
        preserveAspectRatio="none"
        className={cx("absolute overflow-visible", live && "cursor-crosshair touch-none rounded")}
        style={{
          left: `${(100 * affine[4]) / image.width}%`,
          top: `${(100 * affine[5]) / image.height}%`,
          width: `${(100 * affine[0]) / image.width}%`,
          height: `${(100 * affine[3]) / image.height}%`,
        }}
        role={live ? "application" : "img"}
        aria-label={
          live
            ? `Region brush, ${rows} by ${cols} cells. Arrows move, Space paints, Shift and an arrow paint on, Escape clears.`
            : `Region of ${painted} cells`
        }
        tabIndex={live ? 0 : undefined}
        {...(live
          ? {
              onKeyDown,
              onFocus: () => setCursor((old) => old ?? Math.floor(rows / 2) * cols + Math.floor(cols / 2)),
              onBlur: () => setCursor(null),
              onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
                const cell = cellAt(event);
                if (cell === null) return;
                event.currentTarget.setPointerCapture(event.pointerId);
                paints.current = mask[cell] ? 0 : 1;
                setCursor(cell);
                set(cell, paints.current);
              },
              onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
                const cell = paints.current === null ? null : cellAt(event);
                if (cell !== null && paints.current !== null) set(cell, paints.current);
              },
              onPointerUp: () => {
                paints.current = null;
              },
            }
          : {})}
      >
        {live && <Lines rows={rows} cols={cols} />}
        {Array.from(mask, (bit, cell) =>
          bit ? (
            <rect
              key={cell}
              x={cell % cols}
              y={Math.floor(cell / cols)}
              width={1}
              height={1}
              fill="var(--accent)"
              fillOpacity={0.4}
            />
          ) : null,
        )}
        {painted > 0 && <Edge path={outlinePath(mask, rows, cols)} />}
        {cursor !== null && live && (
          <rect
            x={cursor % cols}
            y={Math.floor(cursor / cols)}
            width={1}
            height={1}
            fill="none"
            stroke="#fff"
            strokeWidth={2}
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      {live && (
        <span className="sr-only" aria-live="polite">
          {says}
        </span>
      )}
    </>
  );
}

function Lines({ rows, cols }: { rows: number; cols: number }) {
  let path = "";
  for (let r = 0; r <= rows; r++) path += `M0 ${r}H${cols}`;
  for (let c = 0; c <= cols; c++) path += `M${c} 0V${rows}`;
  return <path d={path} stroke="#fff" strokeOpacity={0.35} strokeWidth={1} vectorEffect="non-scaling-stroke" />;
}

/** Light inside dark: visible on any picture. */
function Edge({ path }: { path: string }) {
  return (
    <>
      <path d={path} fill="none" stroke="#000" strokeOpacity={0.75} strokeWidth={4} vectorEffect="non-scaling-stroke" />
      <path d={path} fill="none" stroke="#fff" strokeWidth={1.8} vectorEffect="non-scaling-stroke" />
    </>
  );
}
