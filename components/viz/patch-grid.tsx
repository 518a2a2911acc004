"use client";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { cx } from "../ui/class-names";
import { boxCells, moveCells } from "./cell-brush";
import { Loupe } from "./loupe";
import type { PercentBox } from "./placement";
import { outlinePath } from "./region";
import { boxOf } from "./region-overlay";

export type RegionName = "a" | "b";

interface Props {
  rows: number;
  cols: number;
  /** Where the grid lies on the image. */
  view: PercentBox;
  /** The image, for the loupe above a finger. */
  src: string;
  /** Cells of each region, 0 / 1. */
  a: Uint8Array;
  b: Uint8Array;
  /** The region that is painted now. */
  active: RegionName;
  /** What a cell holds, in words, for the live region. */
  says: (cell: number) => string;
  onPaint: (region: RegionName, cells: Uint8Array) => void;
  onSwap: () => void;
  /** The cell under pointer or cursor, null when there is none. */
  onCell: (cell: number | null) => void;
}

const STEP: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * The cells of an image, to point at and to choose from. Drag for a box, Shift adds to it; a finger that begins in a region moves it
 * as a whole, under a loupe. One tab stop: arrows move, Shift with
 * arrows chooses on the way, Enter chooses the cell, Home, End, Page Up and Page Down jump, `b` changes the region, Escape
 * clears it. Must lie in a positioned box that is exactly the image.
 */
export function PatchGrid({ rows, cols, view, src, a, b, active, says, onPaint, onSwap, onCell }: Props) {
  const [cursor, setCursor] = useState<number | null>(null);
  const [keyed, setKeyed] = useState(false);
  const drag = useRef<{ from: number; base: Uint8Array; moves: boolean; before: Uint8Array } | null>(null);
  const [touched, setTouched] = useState(false);
  const cells = active === "a" ? a : b;
  const point = (cell: number | null) => {
    setCursor(cell);
    onCell(cell);
  };
  const cellAt = (event: PointerEvent<SVGSVGElement>): number | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const col = Math.floor(((event.clientX - box.left) / box.width) * cols);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    return row >= 0 && col >= 0 && row < rows && col < cols ? row * cols + col : null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = cursor ?? Math.floor(rows / 2) * cols + Math.floor(cols / 2);
    const [row, col] = [Math.floor(at / cols), at % cols];
    const step = STEP[event.key];
    const jump = { Home: row * cols, End: row * cols + cols - 1, PageUp: col, PageDown: (rows - 1) * cols + col }[
      event.key
    ];
    if (step || jump !== undefined) {
      const r = Math.min(rows - 1, Math.max(0, row + (step?.[0] ?? 0)));
      const c = Math.min(cols - 1, Math.max(0, col + (step?.[1] ?? 0)));
      const next = jump ?? r * cols + c;
      point(next);
      if (event.shiftKey) onPaint(active, boxCells(at, next, cells, cols));
    } else if (event.key === "Enter" || event.key === " ")
      onPaint(active, boxCells(at, at, new Uint8Array(rows * cols), cols));
    else if (event.key === "b") onSwap();
    else if (event.key === "Escape" && cells.includes(1)) onPaint(active, new Uint8Array(rows * cols));
    else return;
    setKeyed(true);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <svg
        viewBox={`0 0 ${cols} ${rows}`}
        preserveAspectRatio="none"
        className="absolute cursor-crosshair touch-pinch-zoom overflow-visible rounded-sm"
        style={boxOf(view)}
        role="application"
        aria-label={`Cells of the image, ${rows} by ${cols}. Arrows move, Enter chooses, Shift with arrows chooses more, b changes between regions A and B, Escape clears.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the grid is one tab stop with keys of its own
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (!event.currentTarget.matches(":focus-visible")) return;
          setKeyed(true);
          point(cursor ?? Math.floor(rows / 2) * cols + Math.floor(cols / 2));
        }}
        onBlur={() => {
          setKeyed(false);
          point(null);
        }}
        onPointerDown={(event) => {
          const cell = cellAt(event);
          if (cell === null || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const only = cells[cell] === 1 && cells.reduce((n, bit) => n + bit, 0) === 1;
          const touch = event.pointerType === "touch";
          const moves = touch && cells[cell] === 1;
          const base = event.shiftKey || moves ? cells : new Uint8Array(rows * cols);
          drag.current = { from: cell, base, moves, before: cells };
          setKeyed(false);
          setTouched(touch);
          point(cell);
          if (moves) return;
          onPaint(active, only && !event.shiftKey ? new Uint8Array(rows * cols) : boxCells(cell, cell, base, cols));
        }}
        onPointerMove={(event) => {
          const cell = cellAt(event);
          if (cell === cursor) return;
          point(cell);
          if (!drag.current || cell === null) return;
          const { from, base, moves } = drag.current;
          onPaint(active, moves ? moveCells(base, from, cell, cols) : boxCells(from, cell, base, cols));
        }}
        onPointerUp={() => {
          drag.current = null;
          setTouched(false);
        }}
        onPointerCancel={() => {
          // Two fingers enlarge the page: what the first of them began to choose is taken back.
          if (drag.current) onPaint(active, drag.current.before);
          drag.current = null;
          setTouched(false);
          point(null);
        }}
        onPointerLeave={() => drag.current === null && point(null)}
      >
        <Region cells={b} rows={rows} cols={cols} dash="6 4" />
        <Region cells={a} rows={rows} cols={cols} />
        {cursor !== null && (
          <rect
            x={cursor % cols}
            y={Math.floor(cursor / cols)}
            width={1}
            height={1}
            fill="none"
            stroke="#fff"
            strokeWidth={keyed ? 3 : 1.5}
            vectorEffect="non-scaling-stroke"
            style={{ filter: "drop-shadow(0 0 1px #000)" }}
          />
        )}
      </svg>
      {touched && cursor !== null && <Loupe {...{ src, rows, cols, view }} cell={cursor} />}
      <span className="sr-only" aria-live="polite">
        {keyed && cursor !== null ? says(cursor) : ""}
      </span>
    </>
  );
}

/** Edge of a region: light inside dark, visible on any picture; B is dashed. */
function Region({ cells, rows, cols, dash }: { cells: Uint8Array; rows: number; cols: number; dash?: string }) {
  if (!cells.includes(1)) return null;
  const path = outlinePath(cells, rows, cols);
  const stroke = {
    d: path,
    fill: "none",
    vectorEffect: "non-scaling-stroke",
    className: cx("pointer-events-none"),
  } as const;
  return (
    <>
      <path {...stroke} stroke="#000" strokeOpacity={0.8} strokeWidth={4.5} />
      <path {...stroke} stroke="#fff" strokeWidth={2.2} strokeDasharray={dash} />
    </>
  );
}
