/**
 * A gated SAE is one with thresholds: with y = x W^T, [y + b_gate > 0] relu(exp(r) y + b_mag) is p where p > theta, with
 * p = exp(r) y + b_mag and theta = max(0, b_mag - exp(r) b_gate) (Rajamanoharan et al. 2024, arXiv 2404.16014, appendix).
 */
export function gate(bMag: Float32Array, rMag: Float32Array, bGate: Float32Array) {
  const encoderFactors = Float64Array.from(rMag, Math.exp);
  return { encoderFactors, thresholds: bMag.map((b, i) => Math.max(0, b - encoderFactors[i]! * bGate[i]!)) };
}
