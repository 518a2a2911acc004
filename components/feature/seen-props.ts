import type { ReactNode } from "react";

/** What a part of the page that comes late is told. */
export interface SeenProps {
  feature: { ref: string; aRef: number };
  query: Record<string, string>;
  /** What the part shows by itself. */
  children?: ReactNode;
}
