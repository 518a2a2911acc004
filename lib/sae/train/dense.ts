/** The dense products of a training step. One implementation runs in ONNX Runtime, a naive one lives in the tests. */
export interface DenseOps {
  /** Top-k of xbar W^T + beta per row into `index` and `z` ([rows, k], z = max(p, 0)). */
  encodeInto(index: Int32Array, z: Float32Array, input: EncodeInput): Promise<void>;
  /** Pre-activations above `bound` ([1] or [n]), in order of row and latent. */
  above(input: Omit<EncodeInput, "k">, bound: Float32Array): Promise<DensePairs>;
  /** Forward and backward of AuxK over the dead latents, before the factor 2 alpha / Den. */
  aux(input: AuxInput): Promise<AuxOutput>;
  dispose(): Promise<void>;
}

export interface EncodeInput {
  xbar: Float32Array; // [rows, d]
  rows: number;
  d: number;
  n: number;
  k: number;
  W: Float32Array; // [n, d]
  beta: Float32Array; // [n]
  /** ReLU before the selection, as dictionary_learning does: negative values tie at 0. */
  reluFirst: boolean;
}

/** Some elements of a matrix [rows, n]. */
export interface DensePairs {
  at: Int32Array | Float64Array; // row n + latent
  value: Float32Array;
}

export interface AuxInput {
  xbar: Float32Array; // [rows, d]
  e: Float32Array; // [rows, d] detached residual x - xhat
  rows: number;
  d: number;
  dead: number; // number of dead latents
  k: number; // dead latents kept per row, at most `dead`
  W: Float32Array; // [dead, d]
  beta: Float32Array; // [dead]
  D: Float32Array; // [dead, d]
}

export interface AuxOutput {
  squares: number; // sum_b |ehat_b - e_b|^2
  gW: Float32Array; // [dead, d] sum_b [u_bj > 0] (d_j . (ehat_b - e_b)) xbar_b
  gD: Float32Array; // [dead, d] sum_b u_bj (ehat_b - e_b)
  gBeta: Float32Array; // [dead]
}
