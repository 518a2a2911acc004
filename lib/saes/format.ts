import type { SaeSummary } from "./schema";

/** Of SAEs with evidence the one that is known best: the one to start with. */
export function richestOf(saes: readonly SaeSummary[]): SaeSummary | undefined {
  return saes.filter(({ evidence }) => evidence).sort((a, b) => b.nExplained - a.nExplained || b.nLive - a.nLive)[0];
}
