import type { ReactNode } from "react";
import { CompareTray } from "@/components/compare/compare-tray";

/** Pages on which features are found and read; what is put aside to be compared follows along. */
export default function ExplorerLayout({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <CompareTray />
    </>
  );
}
