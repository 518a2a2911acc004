"use client";
import { lazy } from "react";
import type { Explanation } from "@/lib/features/schema";
import { WhenNear } from "../ui/when-near";

const OpinionBar = lazy(() => import("./opinion-bar").then((m) => ({ default: m.OpinionBar })));
const WorkOnFeature = lazy(() => import("./work-on-feature").then((m) => ({ default: m.WorkOnFeature })));
const WriteExplanation = lazy(() => import("./opinion-bar").then((m) => ({ default: m.WriteExplanation })));

/** Votes on an explanation and the way to pin it; they come with the first look at them. */
export function Opinions(props: {
  feature: string;
  explanation: Pick<Explanation, "id" | "votes" | "pinned" | "isLabel" | "explainer">;
}) {
  return <WhenNear className="mt-2 min-h-7">{() => <OpinionBar {...props} />}</WhenNear>;
}

/** A place to write an explanation, and the ways to have it explained or scored anew. */
export function OwnExplanation({ feature }: { feature: string }) {
  return (
    <WhenNear className="mt-3 min-h-9">
      {() => (
        <>
          <WriteExplanation feature={feature} />
          <WorkOnFeature feature={feature} />
        </>
      )}
    </WhenNear>
  );
}
