import type { SaeSummary } from "@/lib/saes/schema";
import type { SaeMap } from "./schema";

/** What the page of a map shows. */
export interface MapPageData {
  sae: SaeSummary;
  /** All SAEs with evidence, to change to. */
  saes: SaeSummary[];
  map: SaeMap | null;
  /** Largest activation of any feature: the end of a filter's axis. */
  maxValue: number;
}
