import type { Metadata } from "next";
import type { ReactNode } from "react";

// The page that a view is of is the one to be found.
export const metadata: Metadata = { robots: { index: false } };

export default function EmbedLayout({ children }: { children: ReactNode }) {
  return children;
}
