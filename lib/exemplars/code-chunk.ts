import { AppError } from "@/lib/core/errors";
import type { SampleCodes } from "@/lib/exemplars/codes";

const MAGIC = 0x31435646; // "FVC1", little-endian
const HEADER = 5;
const padded = (n: number) => (n + 3) & ~3;

/**
 * Bytes of the codes of a few samples, as kept between the passes: header (magic, samples, rows, k, m), sample numbers,
 * rows per sample, then kinds, places, latents, values, runners-up of all rows. Little-endian, 4-byte aligned.
 */
export function encodeChunk(samples: readonly SampleCodes[]): Uint8Array {
  const k = samples[0]?.k ?? 0;
  const m = samples[0]?.m ?? 0;
  const rows = samples.reduce((sum, s) => sum + s.rows, 0);
  const bytes = new Uint8Array(4 * (HEADER + 2 * samples.length) + padded(rows) + 4 * rows * (1 + 2 * k + 2 * m));
  new Uint32Array(bytes.buffer, 0, HEADER).set([MAGIC, samples.length, rows, k, m]);
  const view = layout(bytes);
  let r = 0;
  samples.forEach((s, i) => {
    view.sample[i] = s.sample;
    view.rowsOf[i] = s.rows;
    view.kind.set(s.kind, r);
    view.at.set(s.at, r);
    view.index.set(s.index, r * k);
    view.value.set(s.value, r * k);
    view.nextIndex.set(s.nextIndex, r * m);
    view.nextValue.set(s.nextValue, r * m);
    r += s.rows;
  });
  return bytes;
}

/** The samples of a chunk; their arrays are views of `bytes`. @throws AppError FORMAT_UNREADABLE on other bytes. */
export function decodeChunk(bytes: Uint8Array): SampleCodes[] {
  // Views need alignment, which a slice of a larger buffer may lack.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const view = layout(aligned);
  let r = 0;
  return Array.from(view.sample, (sample, i) => {
    const rows = view.rowsOf[i] as number;
    const { k, m } = view;
    const out: SampleCodes = {
      sample,
      rows,
      k,
      m,
      kind: view.kind.subarray(r, r + rows),
      at: view.at.subarray(r, r + rows),
      index: view.index.subarray(r * k, (r + rows) * k),
      value: view.value.subarray(r * k, (r + rows) * k),
      nextIndex: view.nextIndex.subarray(r * m, (r + rows) * m),
      nextValue: view.nextValue.subarray(r * m, (r + rows) * m),
    };
    r += rows;
    return out;
  });
}

function layout(bytes: Uint8Array) {
  const damaged = () => new AppError("FORMAT_UNREADABLE", "A chunk of feature codes is damaged: collect again.");
  if (bytes.byteLength < 4 * HEADER) throw damaged();
  const [magic, n, rows, k, m] = new Uint32Array(bytes.buffer, bytes.byteOffset, HEADER) as unknown as number[];
  const [nSamples, nRows, width, extra] = [n as number, rows as number, k as number, m as number];
  let at = bytes.byteOffset + 4 * HEADER;
  const take = <T>(
    make: new (buffer: ArrayBufferLike, offset: number, length: number) => T,
    length: number,
    size: number,
  ): T => {
    const out = new make(bytes.buffer, at, length);
    at += padded(length * size);
    return out;
  };
  const expected = 4 * (HEADER + 2 * nSamples) + padded(nRows) + 4 * nRows * (1 + 2 * width + 2 * extra);
  if (magic !== MAGIC || bytes.byteLength !== expected) throw damaged();
  return {
    k: width,
    m: extra,
    sample: take(Uint32Array, nSamples, 4),
    rowsOf: take(Uint32Array, nSamples, 4),
    kind: take(Uint8Array, nRows, 1),
    at: take(Int32Array, nRows, 4),
    index: take(Int32Array, nRows * width, 4),
    value: take(Float32Array, nRows * width, 4),
    nextIndex: take(Int32Array, nRows * extra, 4),
    nextValue: take(Float32Array, nRows * extra, 4),
  };
}
