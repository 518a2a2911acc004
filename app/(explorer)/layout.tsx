import type { ReactNode } from "react";
import { LateDock } from "@/components/shell/late-dock";

/** Pages on which features are found and read; what is put aside, starred or shown on a tour follows along. */
export default function ExplorerLayout({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <LateDock />
    </>
  );
}
