"use client";
import { lazy, Suspense } from "react";
import { useLate } from "./use-late";

const Dock = lazy(() => import("./dock").then((m) => ({ default: m.Dock })));

/** The place of the dock: nothing of it is in the first load, it comes as soon as the page stands. */
export function LateDock() {
  return useLate() ? (
    <Suspense>
      <Dock />
    </Suspense>
  ) : null;
}
