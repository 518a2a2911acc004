import { wilson } from "@/lib/tensor/stats";
import type { Figure } from "./schema";

/** Hits of so many that could have been. */
export interface Hits {
  hits: number;
  of: number;
}

export const shareOf = ({ hits, of }: Hits): number | null => (of > 0 ? hits / of : null);

/** A share with its Wilson interval (95 %), beside the same share under the control, if there is one. */
export function shareFigure(label: string, counted: Hits, control: number | null = null): Figure {
  const interval = wilson(counted.hits, counted.of);
  return {
    ...{ label, value: shareOf(counted), lo: interval?.lo ?? null, hi: interval?.hi ?? null },
    ...{ n: counted.of, control },
  };
}
