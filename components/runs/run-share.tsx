"use client";
import { lazy } from "react";
import { WhenNear } from "../ui/when-near";

const RunFiles = lazy(() => import("./run-files").then((m) => ({ default: m.RunFiles })));

/** Files and code of a run's result; the script comes when the place comes near. */
export function RunShare(props: { id: string; resultUrl: string }) {
  return <WhenNear className="min-h-9">{() => <RunFiles {...props} />}</WhenNear>;
}
