import type { FeatureRow } from "./schema";

/** A row of features worth opening first. */
export interface Shelf {
  title: string;
  note: string;
  /** The list that continues the shelf. */
  query: string;
  rows: FeatureRow[];
}
