import type { ReactNode } from "react";
import { LateStory } from "@/components/story/late-story";

/** The desks; a story leads over them too. */
export default function LabLayout({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <LateStory />
    </>
  );
}
