"use client";
import { lazy, Suspense } from "react";
import type { RunInPanelProps } from "./run-in-panel";

// What follows a run is needed only once one is started.
const Loaded = lazy(() => import("./run-in-panel").then((m) => ({ default: m.RunInPanel<unknown> })));

/** The same, loaded when it is first shown: for pages on which most people start nothing. */
export function LazyRunInPanel<Result>({ onEnd, ...props }: RunInPanelProps<Result>) {
  return (
    <Suspense fallback={<p className="text-ink-soft text-sm">Starting.</p>}>
      <Loaded {...props} onEnd={(result) => onEnd(result as Result | null)} />
    </Suspense>
  );
}
