import type { FeatureRow } from "@/lib/features/list/schema";

export type { List, ListItem, ListSummary } from "./schema";

/** A list by address alone. */
export interface AdhocList {
  name: string;
  rows: FeatureRow[];
  /** What was asked for and does not exist. */
  missing: string[];
  /** True when more were asked for than are shown. */
  cut: boolean;
}
