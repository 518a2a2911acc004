import type { Matrix } from "@/lib/tensor/matrix";
import { dot, sumSquares } from "@/lib/tensor/stats";

/**
 * A sparse autoencoder in raw activation units: z = relu(top-k((h - c) W^T + beta)), reconstruction c + z D.
 * Rows of D have unit norm, so z_i is the length of feature i's contribution.
 */
export interface Sae {
  d: number; // activation width
  n: number; // latents
  k: number; // active latents per row
  W: Float32Array; // [n, d] encoder rows
  beta: Float32Array; // [n] encoder bias
  D: Float32Array; // [n, d] decoder rows
  c: Float32Array; // [d] decoder bias, subtracted from the input as well
  theta: number; // threshold with mean L0 = k on held-out rows; -1 when never calibrated
  activation: "topk";
  provenance: SaeProvenance;
}

/** Where an SAE came from; everything the source said that this product does not interpret is kept in `extra`. */
export interface SaeProvenance {
  format: string; // e.g. "fovea", "sparsify"
  model?: string;
  site?: string;
  extra: Record<string, unknown>;
  notices: string[];
}

/** Sparse codes of a batch: up to k active latents per row, largest first; `value` is 0 where fewer are active. */
export interface Codes {
  rows: number;
  k: number;
  index: Int32Array; // [rows, k]
  value: Float32Array; // [rows, k], never negative
}

/** Reconstruction c + sum_i z_i d_i of every row, [rows, d]. */
export function decode(codes: Codes, sae: Pick<Sae, "D" | "c" | "d">): Matrix {
  const { d, D, c } = sae;
  const data = new Float32Array(codes.rows * d);
  const sum = new Float64Array(d);
  for (let r = 0; r < codes.rows; r++) {
    sum.set(c);
    for (let t = r * codes.k; t < (r + 1) * codes.k; t++) {
      const z = codes.value[t] as number;
      if (z <= 0) continue;
      const at = (codes.index[t] as number) * d;
      for (let j = 0; j < d; j++) sum[j] = (sum[j] as number) + z * (D[at + j] as number);
    }
    data.set(sum, r * d);
  }
  return { data, rows: codes.rows, cols: d };
}

/** Squared reconstruction error |h - decode(z)|^2 of every row, [rows]. */
export function rowErrors(acts: Matrix, reconstruction: Matrix): Float64Array {
  const out = new Float64Array(acts.rows);
  for (let r = 0; r < acts.rows; r++) {
    let sum = 0;
    for (let t = r * acts.cols; t < (r + 1) * acts.cols; t++) {
      sum += ((acts.data[t] as number) - (reconstruction.data[t] as number)) ** 2;
    }
    out[r] = sum;
  }
  return out;
}

/** Keeps only codes above the SAE's threshold; throws RangeError while it is unset, which would keep everything. */
export function applyThreshold(codes: Codes, theta: number): Codes {
  if (!(theta >= 0)) throw new RangeError("threshold is -1 (never set): calibrate before use");
  return { ...codes, value: codes.value.map((z) => (z > theta ? z : 0)) };
}

/** Cosine of two latents' decoder rows. */
export function decoderCosine(sae: Pick<Sae, "D" | "d">, i: number, j: number): number {
  const a = sae.D.subarray(i * sae.d, (i + 1) * sae.d);
  const b = sae.D.subarray(j * sae.d, (j + 1) * sae.d);
  return dot(a, b) / Math.sqrt(sumSquares(a) * sumSquares(b));
}

/** Unit decoder row of a feature, [d]. */
export function directionOf(sae: Sae, feature: number): Float32Array {
  return sae.D.subarray(feature * sae.d, (feature + 1) * sae.d);
}
