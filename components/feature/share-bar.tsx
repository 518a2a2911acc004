"use client";
import { lazy } from "react";
import type { Shared } from "../share/shared";
import { WhenNear } from "../ui/when-near";

const FeatureActions = lazy(() => import("../share/feature-actions").then((m) => ({ default: m.FeatureActions })));

/** Ways to take a feature elsewhere; their script comes once the page is alive. */
export function ShareBar(props: { feature: Shared; pinned: boolean; random: string }) {
  return (
    <WhenNear className="min-h-9 max-sm:flex-1 sm:col-span-full">
      {() => <FeatureActions key={props.feature.ref} {...props} />}
    </WhenNear>
  );
}
