"use client";
import { lazy } from "react";
import { WhenNear } from "../ui/when-near";
import type { Relations } from "./relations";

const SimilarFeatures = lazy(() => import("./relations").then((m) => ({ default: m.SimilarFeatures })));
const LogitEffects = lazy(() => import("./relations").then((m) => ({ default: m.LogitEffects })));

/** What is near this feature, below its evidence. */
export function LowerPanels({ feature }: { feature: Relations }) {
  return (
    <WhenNear className="min-h-80">
      {() => (
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <SimilarFeatures feature={feature} />
          <LogitEffects feature={feature} />
        </div>
      )}
    </WhenNear>
  );
}
