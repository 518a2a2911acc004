"use client";
import { lazy, Suspense } from "react";
import { useLate } from "../shell/use-late";

const StoryBar = lazy(() => import("./story-bar").then((m) => ({ default: m.StoryBar })));

/** The place of a story's bar on pages without a dock: nothing of it is in the first load. */
export function LateStory() {
  return useLate() ? (
    <Suspense>
      <StoryBar />
    </Suspense>
  ) : null;
}
