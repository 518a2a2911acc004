import type { Matrix } from "@/lib/tensor/matrix";
import { dot, sumSquares } from "@/lib/tensor/stats";

/**
 * A sparse autoencoder in raw activation units: p = (h - c) W^T + beta, z = what the activation keeps of p, reconstruction
 * c + z D. Rows of D have unit norm, so z_i is the length of feature i's contribution.
 */
export interface Sae {
  d: number; // activation width
  n: number; // latents
  k: number; // active latents per row: exactly (topk, where that many are positive) or on average
  W: Float32Array; // [n, d] encoder rows
  beta: Float32Array; // [n] encoder bias
  D: Float32Array; // [n, d] decoder rows
  c: Float32Array; // [d] decoder bias, subtracted from the input as well
  theta: number; // threshold with mean L0 = k on held-out rows; -1 when never calibrated
  /**
   * What is kept of the pre-activations: the k largest of a row, then ReLU (topk), or p where p > theta (jumprelu; also how
   * BatchTopK and Matryoshka SAEs are served, and with theta 0 a plain ReLU).
   */
  activation: "topk" | "jumprelu";
  thresholds?: Float32Array; // [n] jumprelu: theta per latent, in the place of the one `theta`
  /** Rows are brought to mean 0 and standard deviation 1 before (OpenAI's TopK): directions then scale with the row. */
  input?: "layer_norm";
  provenance: SaeProvenance;
}

/** Where an SAE came from; everything the source said that this product does not interpret is kept in `extra`. */
export interface SaeProvenance {
  format: string; // e.g. "fovea", "sparsify"
  architecture?: string; // how it was trained, e.g. "matryoshka"; the activation says how it is served
  transcoder?: boolean; // gives another activation than the one it reads
  model?: string;
  site?: string;
  extra: Record<string, unknown>;
  notices: string[];
}

/** Sparse codes of a batch: up to k active latents per row, largest first; `value` is 0 where fewer are active. */
export interface Codes {
  rows: number;
  k: number; // places per row; with a threshold as many as the fullest row needs
  index: Int32Array; // [rows, k]
  value: Float32Array; // [rows, k], never negative, raw units
  /** Mean and standard deviation of each row, [rows, 2], where the SAE takes rows that were brought to 0 and 1. */
  moments?: Float64Array;
}

/** Reconstruction c + sum_i z_i d_i of every row, [rows, d]. */
export function decode(codes: Codes, sae: Pick<Sae, "D" | "c" | "d">): Matrix {
  const { d, D, c } = sae;
  const { moments } = codes;
  const data = new Float32Array(codes.rows * d);
  const sum = new Float64Array(d);
  for (let r = 0; r < codes.rows; r++) {
    if (moments) for (let j = 0; j < d; j++) sum[j] = moments[2 * r]! + moments[2 * r + 1]! * c[j]!;
    else sum.set(c);
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
