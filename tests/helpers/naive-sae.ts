import type { AuxInput, AuxOutput, DenseOps, EncodeInput } from "@/lib/sae/train/dense";
import { matrix } from "@/lib/tensor/matrix";
import { topKRows } from "@/lib/tensor/topk";

/** xbar W^T + beta by the definition, float64 accumulation, [rows, n]. */
export function naivePreActivations(xbar: Float32Array, W: Float32Array, beta: Float32Array, rows: number, d: number) {
  const n = beta.length;
  const p = matrix(rows, n);
  for (let b = 0; b < rows; b++) {
    for (let i = 0; i < n; i++) {
      let sum = beta[i] as number;
      for (let j = 0; j < d; j++) sum += (xbar[b * d + j] as number) * (W[i * d + j] as number);
      p.data[b * n + i] = sum;
    }
  }
  return p;
}

/** The dense parts of a training step as plain loops: slow, obvious, and what the fast ones are compared with. */
export const naiveDense: DenseOps = {
  async encodeInto(index, z, { xbar, rows, d, k, W, beta, reluFirst }: EncodeInput) {
    const p = naivePreActivations(xbar, W, beta, rows, d);
    if (reluFirst) p.data = p.data.map((v) => Math.max(v, 0));
    const top = topKRows(p, k);
    index.set(top.index);
    z.set(top.value.map((v) => Math.max(v, 0)));
  },

  async above({ xbar, rows, d, n, W, beta }, bound) {
    const { data } = naivePreActivations(xbar, W, beta, rows, d);
    const kept = [...data.keys()].filter((t) => data[t]! > (bound.length > 1 ? bound[t % n]! : bound[0]!));
    return { at: Float64Array.from(kept), value: Float32Array.from(kept, (t) => data[t]!) };
  },

  async aux({ xbar, e, rows, d, dead, k, W, beta, D }: AuxInput): Promise<AuxOutput> {
    const top = topKRows(naivePreActivations(xbar, W, beta, rows, d), k);
    const out = {
      squares: 0,
      gW: new Float64Array(dead * d),
      gD: new Float64Array(dead * d),
      gBeta: new Float64Array(dead),
    };
    for (let b = 0; b < rows; b++) {
      const diff = Float64Array.from(e.subarray(b * d, (b + 1) * d), (v) => -v);
      for (let s = b * k; s < (b + 1) * k; s++) {
        const u = Math.max(top.value[s] as number, 0);
        const at = (top.index[s] as number) * d;
        for (let j = 0; j < d; j++) diff[j] = (diff[j] as number) + u * (D[at + j] as number);
      }
      for (let j = 0; j < d; j++) out.squares += (diff[j] as number) ** 2;
      for (let s = b * k; s < (b + 1) * k; s++) {
        const u = top.value[s] as number;
        if (u <= 0) continue;
        const id = top.index[s] as number;
        let q = 0;
        for (let j = 0; j < d; j++) q += (D[id * d + j] as number) * (diff[j] as number);
        out.gBeta[id] = (out.gBeta[id] as number) + q;
        for (let j = 0; j < d; j++) {
          out.gW[id * d + j] = (out.gW[id * d + j] as number) + q * (xbar[b * d + j] as number);
          out.gD[id * d + j] = (out.gD[id * d + j] as number) + u * (diff[j] as number);
        }
      }
    }
    const { squares, gW, gD, gBeta } = out;
    return { squares, gW: Float32Array.from(gW), gD: Float32Array.from(gD), gBeta: Float32Array.from(gBeta) };
  },

  async dispose() {},
};
