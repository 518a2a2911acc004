"use client";
import { type ReactNode, Suspense, useRef, useState } from "react";
import { useOnScreen } from "./on-screen";

/**
 * Holds the place of what lies further down and draws it once it comes within half a screen; from then on it stays. The
 * server sends the place alone: with `lazy` children, neither markup nor script of theirs is in the first load.
 */
export function WhenNear({ children, className }: { children: () => ReactNode; className?: string }) {
  const place = useRef<HTMLDivElement>(null);
  const near = useOnScreen(place);
  const [seen, setSeen] = useState(false);
  if (near && !seen) setSeen(true);
  return (
    <div ref={place} className={className}>
      {seen && <Suspense>{children()}</Suspense>}
    </div>
  );
}
