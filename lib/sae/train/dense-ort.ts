import { openSession, type Session, type Tensor } from "@/lib/model/session";
import {
  auxGraph,
  rowsPerRun,
  rowsPerThresholdRun,
  thresholdEncoderGraph,
  topkEncoderGraph,
} from "@/lib/sae/encoder-graph";
import type { AuxInput, AuxOutput, DenseOps, DensePairs, EncodeInput } from "@/lib/sae/train/dense";

const float = (data: Float32Array, dims: number[]): Tensor => ({ dtype: "float32", dims, data });
const count = (k: number): Tensor => ({ dtype: "int64", dims: [1], data: BigInt64Array.of(BigInt(k)) });

/** Dense training products in ONNX Runtime. Weights are copied once per call: the runtime refuses shared memory. */
export async function createOrtDense({
  reluFirst,
  threads,
}: {
  reluFirst: boolean;
  threads?: number;
}): Promise<DenseOps> {
  const options = threads === undefined ? {} : { threads };
  const encoder = await openSession(topkEncoderGraph({ reluFirst }), options);
  const auxSessions = new Map<boolean, Promise<Session>>();
  const auxSession = (all: boolean) => {
    const open = auxSessions.get(all) ?? openSession(auxGraph({ all }), options);
    auxSessions.set(all, open);
    return open;
  };
  let plainW = new Float32Array(0);
  let zeros = new Float32Array(0);
  let threshold: Promise<Session> | undefined;
  const weights = ({ d, n, W, beta }: Omit<EncodeInput, "k">) => {
    if (plainW.length !== W.length) plainW = new Float32Array(W.length);
    if (zeros.length !== d) zeros = new Float32Array(d);
    plainW.set(W);
    return { W: float(plainW, [n, d]), beta: float(beta.slice(), [n]), c: float(zeros, [d]) };
  };

  return {
    async encodeInto(index, z, input: EncodeInput) {
      const { xbar, rows, d, n, k } = input;
      const fixed = { ...weights(input), k: count(k) };
      const step = rowsPerRun(n);
      for (let from = 0; from < rows; from += step) {
        const to = Math.min(rows, from + step);
        const x = float(xbar.slice(from * d, to * d), [to - from, d]);
        const out = await encoder.run({ ...fixed, x }, ["value", "index"]);
        z.set(out.value!.data as Float32Array, from * k);
        index.set(out.index!.data as Int32Array, from * k);
      }
    },

    async above(input, bound) {
      const { xbar, rows, d, n } = input;
      threshold ??= openSession(thresholdEncoderGraph(), options);
      const session = await threshold;
      const fixed = { ...weights(input), theta: float(bound, [bound.length]), m: count(0) };
      const parts: DensePairs[] = [];
      const step = rowsPerThresholdRun(n);
      for (let from = 0; from < rows; from += step) {
        const to = Math.min(rows, from + step);
        const x = float(xbar.slice(from * d, to * d), [to - from, d]);
        const out = await session.run({ ...fixed, x }, ["at", "value"]);
        const at = Float64Array.from(out.at!.data as Int32Array, (place) => place + from * n);
        parts.push({ at, value: out.value!.data as Float32Array });
      }
      return joined(parts);
    },

    async aux(input: AuxInput) {
      const { rows, d, dead, k } = input;
      const all = k >= dead;
      const session = await auxSession(all);
      const fixed: Record<string, Tensor> = {
        W: float(input.W, [dead, d]),
        beta: float(input.beta, [dead]),
        D: float(input.D, [dead, d]),
      };
      if (!all) fixed.k = count(k);
      const total = emptyAux(dead, d);
      // Four [rows, dead] arrays live at once, hence the smaller chunks.
      const step = Math.max(1, rowsPerRun(dead) >> 2);
      for (let from = 0; from < rows; from += step) {
        const to = Math.min(rows, from + step);
        const part = (values: Float32Array) => float(values.slice(from * d, to * d), [to - from, d]);
        addAux(total, await session.run({ ...fixed, xbar: part(input.xbar), e: part(input.e) }));
      }
      return total;
    },

    async dispose() {
      await encoder.dispose();
      await (await threshold)?.dispose();
      for (const session of auxSessions.values()) await (await session).dispose();
    },
  };
}

function joined(parts: readonly DensePairs[]): DensePairs {
  const count = parts.reduce((sum, { value }) => sum + value.length, 0);
  const out = { at: new Float64Array(count), value: new Float32Array(count) };
  let from = 0;
  for (const { at, value } of parts) {
    out.at.set(at, from);
    out.value.set(value, from);
    from += value.length;
  }
  return out;
}

function emptyAux(dead: number, d: number): AuxOutput {
  return {
    squares: 0,
    gW: new Float32Array(dead * d),
    gD: new Float32Array(dead * d),
    gBeta: new Float32Array(dead),
  };
}

function addAux(total: AuxOutput, out: Record<string, Tensor>): void {
  const diff = out.diff!.data as Float32Array;
  for (let t = 0; t < diff.length; t++) total.squares += diff[t]! ** 2;
  addInto(total.gW, out.gW!.data as Float32Array);
  addInto(total.gD, out.gD!.data as Float32Array);
  addInto(total.gBeta, out.gBeta!.data as Float32Array);
}

function addInto(into: Float32Array, values: Float32Array): void {
  for (let t = 0; t < values.length; t++) into[t]! += values[t]!;
}
