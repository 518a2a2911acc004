"use client";
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { cx } from "../ui/class-names";
import { atPoint, type Pan, START, stepped, within } from "./zoom-math";

export interface ZoomHandle {
  /** From 1 to 2, 4, 8 and back to 1. */
  next(): void;
}

interface Props {
  ref?: Ref<ZoomHandle>;
  className?: string;
  children: ReactNode;
}

/** What is inside can be enlarged: wheel or pinch zooms about the pointer, dragging moves, a double click steps. */
export function ZoomPane({ ref, className, children }: Props) {
  const pane = useRef<HTMLDivElement>(null);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const [view, setView] = useState<Pan>(START);
  const size = () => ({ width: pane.current?.clientWidth ?? 1, height: pane.current?.clientHeight ?? 1 });
  useImperativeHandle(ref, () => ({ next: () => setView((now) => stepped(now, size())) }));

  // React listens to wheels passively, but a wheel that zooms must not scroll the page as well.
  useEffect(() => {
    const element = pane.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = (element as HTMLElement).getBoundingClientRect();
      const point = { x: event.clientX - box.left, y: event.clientY - box.top };
      setView((now) => atPoint(now, now.zoom * Math.exp(-event.deltaY / 300), point, size()));
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  });

  const onMove = (event: React.PointerEvent) => {
    const held = pointers.current;
    const before = held.get(event.pointerId);
    if (!before) return;
    const box = (pane.current as HTMLElement).getBoundingClientRect();
    const now = { x: event.clientX - box.left, y: event.clientY - box.top };
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    held.set(event.pointerId, now);
    if (other) {
      const grown = distance(now, other) / Math.max(1, distance(before, other));
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      setView((v) => atPoint(v, v.zoom * grown, middle, size()));
    } else setView((v) => within({ ...v, x: v.x + now.x - before.x, y: v.y + now.y - before.y }, size()));
  };
  const onUp = (event: React.PointerEvent) => pointers.current.delete(event.pointerId);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons and keys of the lightbox do the same
    <div
      ref={pane}
      className={cx("relative touch-none overflow-hidden", view.zoom > 1 ? "cursor-grab" : "cursor-zoom-in", className)}
      data-zoom={view.zoom.toFixed(2)}
      onPointerDown={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        event.currentTarget.setPointerCapture(event.pointerId);
        pointers.current.set(event.pointerId, { x: event.clientX - box.left, y: event.clientY - box.top });
      }}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
      onDoubleClick={() => setView((now) => stepped(now, size()))}
    >
      <div
        className="grid size-full place-items-center"
        style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`, transformOrigin: "0 0" }}
      >
        {children}
      </div>
    </div>
  );
}

const distance = (a: { x: number; y: number }, b: { x: number; y: number }) => Math.hypot(a.x - b.x, a.y - b.y);
