"use client";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";

interface Props<T> {
  items: ArrayLike<T> & { slice(from: number, to: number): ArrayLike<T> };
  keyOf: (item: T) => string | number;
  /** Height of every row in px, with its gap. */
  rowHeight: number;
  /** Least width of a column in px; one column when left out. */
  minColumn?: number;
  gap?: number;
  label: string;
  render: (item: T, index: number) => ReactNode;
  /** Called when the end comes near. */
  onNearEnd?: () => void;
  /** Called with the items that are drawn, the end exclusive, whenever they change. */
  onRange?: (from: number, to: number) => void;
}

const OVERSCAN = 6;
const useIsomorphicLayoutEffect = typeof window === "undefined" ? useEffect : useLayoutEffect;

/**
 * Rows of fixed height of which only those near the window exist. Before the first measurement (and without scripts)
 * everything given is rendered in normal flow.
 */
export function VirtualGrid<T>({
  items,
  keyOf,
  rowHeight,
  minColumn,
  gap = 12,
  label,
  render,
  onNearEnd,
  onRange,
}: Props<T>) {
  const box = useRef<HTMLUListElement>(null);
  const [seen, setSeen] = useState<{ columns: number; from: number; to: number }>();

  useIsomorphicLayoutEffect(() => {
    const measure = () => {
      const element = box.current;
      if (!element) return;
      const { top, width } = element.getBoundingClientRect();
      const columns = minColumn ? Math.max(1, Math.floor((width + gap) / (minColumn + gap))) : 1;
      const from = Math.max(0, Math.floor(-top / rowHeight) - OVERSCAN);
      const to = Math.ceil((window.innerHeight - top) / rowHeight) + OVERSCAN;
      setSeen((old) =>
        old && old.columns === columns && old.from === from && old.to === to ? old : { columns, from, to },
      );
    };
    measure();
    window.addEventListener("scroll", measure, { passive: true });
    window.addEventListener("resize", measure);
    return () => {
      window.removeEventListener("scroll", measure);
      window.removeEventListener("resize", measure);
    };
  }, [rowHeight, minColumn, gap, items.length]);

  const nearEnd = seen !== undefined && seen.to * seen.columns >= items.length - seen.columns;
  useEffect(() => {
    if (nearEnd) onNearEnd?.();
  }, [nearEnd, onNearEnd]);

  const columns = seen?.columns ?? 0;
  const template = minColumn
    ? { gridTemplateColumns: `repeat(${columns || "auto-fill"}, minmax(${columns ? 0 : `${minColumn}px`}, 1fr))` }
    : {};
  const nRows = seen ? Math.ceil(items.length / seen.columns) : 0;
  const from = seen ? Math.min(seen.from, nRows) : 0;
  const to = seen ? Math.min(seen.to, nRows) : 0;
  const shown = Array.from(seen ? items.slice(from * seen.columns, to * seen.columns) : items);
  const [first, last] = [from * (columns || 1), Math.min(items.length, to * (columns || 1))];
  useEffect(() => {
    if (columns > 0) onRange?.(first, last);
  }, [first, last, columns, onRange]);
  const pads = seen ? { paddingTop: from * rowHeight, paddingBottom: (nRows - to) * rowHeight } : {};
  return (
    <ul
      ref={box}
      aria-label={label}
      className="grid"
      style={{ ...template, ...pads, columnGap: gap, gridAutoRows: rowHeight }}
    >
      {shown.map((item, i) => (
        <li key={keyOf(item)} style={{ paddingBottom: minColumn ? gap : 0 }}>
          {render(item, from * (columns || 1) + i)}
        </li>
      ))}
    </ul>
  );
}
