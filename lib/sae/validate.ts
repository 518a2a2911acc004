import { AppError } from "@/lib/core/errors";
import { quantile } from "@/lib/tensor/stats";

/** Values that are no numbers, counted, and the first one's index (-1: none). */
export interface NonFinite {
  nan: number;
  infinite: number;
  first: number;
}

/** Adds what is not finite among `values`, whose first has the index `from`. */
export function nonFinite(values: Float32Array, found: NonFinite, from = 0): NonFinite {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) continue;
    if (Number.isNaN(value)) found.nan++;
    else found.infinite++;
    if (found.first < 0) found.first = from + i;
  }
  return found;
}

/** Throws SAE_UNREADABLE with the number of NaN and Inf values and the first place, e.g. `encoder.bias: 3 NaN, first at 1187`. */
export function checkFinite(name: string, values: Float32Array | NonFinite): void {
  const found = "first" in values ? values : nonFinite(values, { nan: 0, infinite: 0, first: -1 });
  if (found.first < 0) return;
  const { nan, infinite, first } = found;
  const counts = [nan > 0 ? `${nan} NaN` : "", infinite > 0 ? `${infinite} Inf` : ""].filter(Boolean).join(", ");
  throw new AppError("SAE_UNREADABLE", `${name}: ${counts}, first at ${first}`);
}

/** Notices about the norms of decoder rows, [n]: outside [0.98, 1.02], or all zero. */
export function normNotices(name: string, norms: Float64Array): string[] {
  const [min, median, max] = [0, 0.5, 1].map((q) => quantile(norms, q) ?? 0) as [number, number, number];
  if (max === 0) return [`${name}: all values are 0`];
  if (min >= 0.98 && max <= 1.02) return [];
  const figures = [min, median, max].map((v) => v.toPrecision(3)).join(", ");
  return [`${name}: row norms are not 1 (min, median, max: ${figures})`];
}
