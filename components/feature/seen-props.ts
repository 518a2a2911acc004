import type { ReactNode } from "react";

/** What a part of a feature's page gets that comes when a reader comes near it. */
export interface SeenProps {
  feature: { ref: string; aRef: number };
  query: Record<string, string>;
  /** What the server drew: it stays until the part has come. */
  children?: ReactNode;
}
