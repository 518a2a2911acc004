import { openSession, type Session, type Tensor } from "@/lib/model/session";
import { rowsPerRun, rowsPerThresholdRun, thresholdEncoderGraph, topkEncoderGraph } from "@/lib/sae/encoder-graph";
import type { Codes, Sae } from "@/lib/sae/sae";
import { assertCols, type Matrix } from "@/lib/tensor/matrix";

/**
 * Latents that were next in line, with their pre-activations (may be negative): ranks k+1 .. k+m of every row, or the m
 * largest of those that are not above their threshold.
 */
export interface RunnersUp {
  m: number;
  index: Int32Array; // [rows, m]
  value: Float32Array; // [rows, m]
}

export type CodesWithNext = Codes & { next: RunnersUp };

/** Encodes rows with one SAE; holds its sessions until disposed. */
export interface Encoder {
  encode(acts: Matrix, sae: EncoderWeights): Promise<Codes>;
  /** Also returns the `extra` latents that were next in line, fewer when n is too small. */
  encode(acts: Matrix, sae: EncoderWeights, options: { extra: number }): Promise<CodesWithNext>;
  dispose(): Promise<void>;
}

export type EncoderWeights = Pick<
  Sae,
  "W" | "beta" | "c" | "n" | "d" | "k" | "activation" | "theta" | "thresholds" | "input"
>;

/** Opens an encoder. The sessions have no weights of their own, so one encoder serves every SAE. */
export async function createEncoder(options: { threads?: number } = {}): Promise<Encoder> {
  const topk = await openSession(topkEncoderGraph(), options);
  let threshold: Promise<Session> | undefined;
  return {
    encode: (async (acts: Matrix, sae: EncoderWeights, { extra = 0 } = {}) => {
      assertCols(acts, sae.d, "encode");
      if (sae.activation === "topk") return encodeRows(acts, sae, (rows) => keepLargest(topk, rows, sae, extra));
      threshold ??= openSession(thresholdEncoderGraph(), options);
      const session = await threshold;
      return encodeRows(acts, sae, (rows) => keepAbove(session, rows, sae, extra));
    }) as Encoder["encode"],
    async dispose() {
      await topk.dispose();
      await (await threshold)?.dispose();
    },
  };
}

let shared: Promise<Encoder> | undefined;

/**
 * Sparse codes of activation rows in raw units: what the SAE's activation keeps of (h - c) W^T + beta; of equal ones the
 * lower latent comes first. Rows run in chunks of bounded memory.
 * @throws RangeError when the widths differ, or when a threshold is needed that was never set.
 */
export async function encode(acts: Matrix, sae: EncoderWeights): Promise<Codes>;
export async function encode(acts: Matrix, sae: EncoderWeights, options: { extra: number }): Promise<CodesWithNext>;
export async function encode(acts: Matrix, sae: EncoderWeights, options?: { extra: number }): Promise<Codes> {
  shared ??= createEncoder();
  return (await shared).encode(acts, sae, options ?? { extra: 0 });
}

/** Closes the sessions that `encode` keeps open. */
export async function disposeSharedEncoder(): Promise<void> {
  const open = shared;
  shared = undefined;
  await (await open)?.dispose();
}

const float = (data: Float32Array, dims: number[]): Tensor => ({ dtype: "float32", dims, data });
const count = (k: number): Tensor => ({ dtype: "int64", dims: [1], data: BigInt64Array.of(BigInt(k)) });

const weightsOf = ({ W, beta, c, n, d }: EncoderWeights) => ({
  W: float(W, [n, d]),
  beta: float(beta, [n]),
  c: float(c, [d]),
});

/** Rows of a chunk, as tensor, to codes of that chunk. */
type EncodeChunk = (rows: Tensor) => Promise<CodesWithNext>;

async function encodeRows(acts: Matrix, sae: EncoderWeights, encodeChunk: EncodeChunk): Promise<CodesWithNext> {
  const { d } = sae;
  const moments = sae.input === "layer_norm" ? new Float64Array(2 * acts.rows) : undefined;
  const data = moments ? standardise(acts, moments) : acts.data;
  const parts: CodesWithNext[] = [];
  const step = sae.activation === "topk" ? rowsPerRun(sae.n) : rowsPerThresholdRun(sae.n);
  for (let from = 0; from < acts.rows || parts.length === 0; from += step) {
    const rows = Math.min(step, acts.rows - from);
    parts.push(await encodeChunk(float(data.subarray(from * d, (from + rows) * d), [rows, d])));
  }
  const codes = joined(parts);
  if (!moments) return codes;
  const scale = (values: Float32Array, width: number) => {
    for (let t = 0; t < values.length; t++) values[t]! *= moments[2 * Math.floor(t / width) + 1]!;
  };
  scale(codes.value, codes.k);
  scale(codes.next.value, codes.next.m);
  return { ...codes, moments };
}

async function keepLargest(session: Session, x: Tensor, sae: EncoderWeights, extra: number): Promise<CodesWithNext> {
  const rows = x.dims[0]!;
  const k = Math.min(sae.k, sae.n);
  const m = Math.min(extra, sae.n - k);
  if (rows === 0) return emptyCodes(0, k, m);
  const feeds = { ...weightsOf(sae), x, k: count(k + m) };
  const out = await session.run(feeds, m > 0 ? ["value", "index", "pre"] : ["value", "index"]);
  const index = out.index!.data as Int32Array;
  const value = out.value!.data as Float32Array;
  if (m === 0) return { ...emptyCodes(0, k, 0), rows, index, value };
  const codes = emptyCodes(rows, k, m);
  const pre = out.pre!.data as Float32Array;
  for (let r = 0; r < rows; r++) {
    const [at, cut, to] = [r * (k + m), r * (k + m) + k, (r + 1) * (k + m)];
    codes.value.set(value.subarray(at, cut), r * k);
    codes.index.set(index.subarray(at, cut), r * k);
    codes.next.value.set(pre.subarray(cut, to), r * m);
    codes.next.index.set(index.subarray(cut, to), r * m);
  }
  return codes;
}

async function keepAbove(session: Session, x: Tensor, sae: EncoderWeights, extra: number): Promise<CodesWithNext> {
  const { n, theta, thresholds } = sae;
  if (!thresholds && !(theta >= 0)) throw new RangeError("threshold is -1 (never set): calibrate before use");
  const rows = x.dims[0]!;
  const m = Math.min(extra, n);
  if (rows === 0) return emptyCodes(0, 1, m);
  const bound = thresholds ? float(thresholds, [n]) : float(Float32Array.of(theta), [1]);
  const feeds = { ...weightsOf(sae), x, theta: bound, m: count(m) };
  const out = await session.run(feeds, m > 0 ? ["at", "value", "next", "nextIndex"] : ["at", "value"]);
  const codes = byRow(out.at!.data as Int32Array, out.value!.data as Float32Array, rows, n);
  if (m === 0) return codes;
  return { ...codes, next: { m, index: out.nextIndex!.data as Int32Array, value: out.next!.data as Float32Array } };
}

/** Pairs in order of their rows as codes: largest first, with as many places as the fullest row needs. Silent ones are left out. */
function byRow(at: Int32Array, value: Float32Array, rows: number, n: number): CodesWithNext {
  const found: number[][] = Array.from({ length: rows }, () => []);
  for (let t = 0; t < at.length; t++) if (value[t]! > 0) found[Math.floor(at[t]! / n)]!.push(t);
  const most = found.reduce((largest, { length }) => Math.max(largest, length), 1);
  const codes = emptyCodes(rows, most, 0);
  for (const [r, pairs] of found.entries()) {
    pairs.sort((a, b) => value[b]! - value[a]! || a - b);
    for (const [s, t] of pairs.entries()) {
      codes.index[r * most + s] = at[t]! % n;
      codes.value[r * most + s] = value[t]!;
    }
  }
  return codes;
}

/** With `k` places per row; what does not fit must be 0. */
function widened(codes: CodesWithNext, k: number): CodesWithNext {
  if (codes.k === k) return codes;
  const out = { ...codes, k, index: new Int32Array(codes.rows * k), value: new Float32Array(codes.rows * k) };
  const width = Math.min(k, codes.k);
  for (let r = 0; r < codes.rows; r++) {
    out.index.set(codes.index.subarray(r * codes.k, r * codes.k + width), r * k);
    out.value.set(codes.value.subarray(r * codes.k, r * codes.k + width), r * k);
  }
  return out;
}

function joined(parts: readonly CodesWithNext[]): CodesWithNext {
  const [first] = parts as [CodesWithNext];
  if (parts.length === 1) return first;
  const k = Math.max(...parts.map((part) => part.k));
  const { m } = first.next;
  const out = emptyCodes(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    k,
    m,
  );
  let at = 0;
  for (const part of parts) {
    const { index, value, next, rows } = widened(part, k);
    out.index.set(index, at * k);
    out.value.set(value, at * k);
    out.next.index.set(next.index, at * m);
    out.next.value.set(next.value, at * m);
    at += rows;
  }
  return out;
}

/** Rows minus their mean over their standard deviation (n - 1) + 1e-5, as OpenAI's TopK has it; notes both. */
function standardise({ data, rows, cols }: Matrix, moments: Float64Array): Float32Array {
  const out = new Float32Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    let [mean, squares] = [0, 0];
    for (let t = r * cols; t < (r + 1) * cols; t++) mean += data[t]! / cols;
    for (let t = r * cols; t < (r + 1) * cols; t++) squares += (data[t]! - mean) ** 2;
    const deviation = Math.sqrt(squares / Math.max(1, cols - 1)) + 1e-5;
    for (let t = r * cols; t < (r + 1) * cols; t++) out[t] = (data[t]! - mean) / deviation;
    moments[2 * r] = mean;
    moments[2 * r + 1] = deviation;
  }
  return out;
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
