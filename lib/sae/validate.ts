import { AppError } from "@/lib/core/errors";
import { quantile } from "@/lib/tensor/stats";

/** Throws SAE_UNREADABLE with the number of NaN and Inf values and the first place, e.g. `encoder.bias: 3 NaN, first at 1187`. */
export function checkFinite(name: string, values: Float32Array): void {
  let nNaN = 0;
  let nInfinite = 0;
  let first = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) continue;
    if (Number.isNaN(value)) nNaN++;
    else nInfinite++;
    if (first < 0) first = i;
  }
  if (first < 0) return;
  const counts = [nNaN > 0 ? `${nNaN} NaN` : "", nInfinite > 0 ? `${nInfinite} Inf` : ""].filter(Boolean).join(", ");
  throw new AppError("SAE_UNREADABLE", `${name}: ${counts}, first at ${first}`);
}

/** Notices about decoder rows [n, d]: norms outside [0.98, 1.02], or all zero. */
export function checkNorms(D: Float32Array, n: number, d: number): string[] {
  const norms = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    let squares = 0;
    for (let j = i * d; j < (i + 1) * d; j++) squares += (D[j] as number) ** 2;
    norms[i] = Math.sqrt(squares);
  }
  const [min, median, max] = [0, 0.5, 1].map((q) => quantile(norms, q) ?? 0) as [number, number, number];
  if (max === 0) return ["W_dec: all values are 0"];
  if (min >= 0.98 && max <= 1.02) return [];
  const figures = [min, median, max].map((v) => v.toPrecision(3)).join(", ");
  return [`W_dec: row norms are not 1 (min, median, max: ${figures})`];
}
