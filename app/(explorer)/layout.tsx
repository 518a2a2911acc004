import type { ReactNode } from "react";
import { CompareDock } from "@/components/compare/compare-dock";

/** Pages on which features are found and read; what is put aside to be compared follows along. */
export default function ExplorerLayout({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <CompareDock />
    </>
  );
}
