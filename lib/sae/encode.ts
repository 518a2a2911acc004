import { openSession, type Session, type Tensor } from "@/lib/model/session";
import { rowsPerRun, topkEncoderGraph } from "@/lib/sae/encoder-graph";
import type { Codes, Sae } from "@/lib/sae/sae";
import { assertCols, type Matrix } from "@/lib/tensor/matrix";

/** Latents that were next in line: ranks k+1 .. k+m of every row with their pre-activations (may be negative). */
export interface RunnersUp {
  m: number;
  index: Int32Array; // [rows, m]
  value: Float32Array; // [rows, m]
}

export type CodesWithNext = Codes & { next: RunnersUp };

/** Encodes rows with one SAE; holds a session until disposed. */
export interface Encoder {
  encode(acts: Matrix, sae: EncoderWeights): Promise<Codes>;
  /** Also returns the `extra` ranks after the k-th, fewer when n is too small. */
  encode(acts: Matrix, sae: EncoderWeights, options: { extra: number }): Promise<CodesWithNext>;
  dispose(): Promise<void>;
}

export type EncoderWeights = Pick<Sae, "W" | "beta" | "c" | "n" | "d" | "k">;

/** Opens an encoder. The session has no weights of its own, so one encoder serves every SAE. */
export async function createEncoder(options: { threads?: number } = {}): Promise<Encoder> {
  const session = await openSession(topkEncoderGraph(), options);
  return {
    encode: ((acts: Matrix, sae: EncoderWeights, { extra = 0 } = {}) =>
      run(session, acts, sae, extra)) as Encoder["encode"],
    dispose: () => session.dispose(),
  };
}

let shared: Promise<Encoder> | undefined;

/**
 * Sparse codes of activation rows in raw units: TopK of (h - c) W^T + beta, then ReLU; ties go to the lower latent.
 * Rows run in chunks of bounded memory. Throws RangeError when the widths differ.
 */
export async function encode(acts: Matrix, sae: EncoderWeights): Promise<Codes>;
export async function encode(acts: Matrix, sae: EncoderWeights, options: { extra: number }): Promise<CodesWithNext>;
export async function encode(acts: Matrix, sae: EncoderWeights, options?: { extra: number }): Promise<Codes> {
  shared ??= createEncoder();
  return (await shared).encode(acts, sae, options ?? { extra: 0 });
}

/** Closes the session that `encode` keeps open. */
export async function disposeSharedEncoder(): Promise<void> {
  const open = shared;
  shared = undefined;
  await (await open)?.dispose();
}

const float = (data: Float32Array, dims: number[]): Tensor => ({ dtype: "float32", dims, data });

async function run(session: Session, acts: Matrix, sae: EncoderWeights, extra: number): Promise<CodesWithNext> {
  const { d, n } = sae;
  assertCols(acts, d, "encode");
  const k = Math.min(sae.k, n);
  const m = Math.min(extra, n - k);
  const width = k + m;
  const codes = emptyCodes(acts.rows, k, m);
  const fixed = {
    W: float(sae.W, [n, d]),
    beta: float(sae.beta, [n]),
    c: float(sae.c, [d]),
    k: { dtype: "int64", dims: [1], data: BigInt64Array.of(BigInt(width)) } as Tensor,
  };
  const step = rowsPerRun(n);
  for (let from = 0; from < acts.rows; from += step) {
    const rows = Math.min(step, acts.rows - from);
    const x = float(acts.data.subarray(from * d, (from + rows) * d), [rows, d]);
    const out = await session.run({ ...fixed, x }, m > 0 ? ["value", "index", "pre"] : ["value", "index"]);
    const value = out.value!.data as Float32Array;
    const index = out.index!.data as Int32Array;
    if (m === 0) {
      codes.value.set(value, from * k);
      codes.index.set(index, from * k);
      continue;
    }
    const pre = out.pre!.data as Float32Array;
    for (let r = 0; r < rows; r++) {
      const at = r * width;
      codes.value.set(value.subarray(at, at + k), (from + r) * k);
      codes.index.set(index.subarray(at, at + k), (from + r) * k);
      codes.next.value.set(pre.subarray(at + k, at + width), (from + r) * m);
      codes.next.index.set(index.subarray(at + k, at + width), (from + r) * m);
    }
  }
  return codes;
}

function emptyCodes(rows: number, k: number, m: number): CodesWithNext {
  return {
    rows,
    k,
    index: new Int32Array(rows * k),
    value: new Float32Array(rows * k),
    next: { m, index: new Int32Array(rows * m), value: new Float32Array(rows * m) },
  };
}
