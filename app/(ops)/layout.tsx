import type { ReactNode } from "react";
import { LateStory } from "@/components/story/late-story";

/** Runs; a story ends on one. */
export default function OpsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <LateStory />
    </>
  );
}
