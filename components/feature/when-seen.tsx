"use client";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useOnScreen } from "../viz/on-screen";
import type { SeenProps } from "./seen-props";

// What lies below the first screen comes, script and data, when a reader comes near it.
const PARTS = {
  twin: lazy(() => import("./twin-samples").then((m) => ({ default: m.TwinSamples }))),
  similar: lazy(() => import("./similar-features").then((m) => ({ default: m.SimilarFeatures }))),
  lineage: lazy(() => import("./lineage").then((m) => ({ default: m.Lineage }))),
};

/** One part of a feature's page, loaded when it comes near the screen; its room is kept free before. */
export function WhenSeen({ part, room, children, ...props }: SeenProps & { part: keyof typeof PARTS; room?: string }) {
  const box = useRef<HTMLDivElement>(null);
  const near = useOnScreen(box);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (near) setSeen(true);
  }, [near]);
  const Part = PARTS[part];
  return (
    <div ref={box} style={{ minHeight: room }}>
      {seen ? (
        <Suspense fallback={children}>
          <Part {...props}>{children}</Part>
        </Suspense>
      ) : (
        children
      )}
    </div>
  );
}
