/**
 * Conversions between float32 and the two 16-bit formats of model files. IEEE half (F16) rounds to nearest even;
 * bfloat16 (BF16) is the upper half of a float32 and rounds the same way.
 */

const bits = new Uint32Array(1);
const floats = new Float32Array(bits.buffer);

let table: Float32Array | undefined;

/** All 65,536 half values as float32: one lookup per element is the fastest decode in plain JavaScript. */
function halfTable(): Float32Array {
  if (table) return table;
  const values = new Float32Array(65_536);
  const asBits = new Uint32Array(values.buffer);
  for (let h = 0; h < 65_536; h++) {
    const sign = (h & 0x8000) << 16;
    const exponent = (h >> 10) & 31;
    const mantissa = h & 0x3ff;
    if (exponent === 0) {
      values[h] = (sign ? -1 : 1) * mantissa * 2 ** -24;
    } else {
      const wide = exponent === 31 ? 255 : exponent + 112;
      asBits[h] = (sign | (wide << 23) | (mantissa << 13)) >>> 0;
    }
  }
  table = values;
  return values;
}

/** Decodes half bit patterns into `out` (same length). */
export function halfToFloatInto(out: Float32Array, half: Uint16Array): void {
  const values = halfTable();
  for (let i = 0; i < half.length; i++) out[i] = values[half[i] as number] as number;
}

/** Encodes float32 values as half bit patterns (round to nearest even; beyond 65519 becomes infinity). */
export function floatToHalfInto(out: Uint16Array, values: Float32Array): void {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < source.length; i++) {
    const u = source[i] as number;
    const sign = (u >>> 16) & 0x8000;
    const a = u & 0x7fffffff;
    if (a >= 0x477ff000) {
      out[i] = sign | (a > 0x7f800000 ? 0x7e00 : 0x7c00);
    } else if (a < 0x38800000) {
      // Below the smallest normal half: adding 0.5 lets the float adder round at the right bit.
      bits[0] = a;
      floats[0] = (floats[0] as number) + 0.5;
      out[i] = sign | ((bits[0] as number) - 0x3f000000);
    } else {
      out[i] = sign | ((a - 0x38000000 + 0xfff + ((a >>> 13) & 1)) >>> 13);
    }
  }
}

/** Largest finite half; values beyond it are clipped by `saturateHalfInto`. */
export const HALF_MAX = 65_504;

/** As `floatToHalfInto`, but clips to the finite range; returns how many values were clipped. NaN stays NaN. */
export function saturateHalfInto(out: Uint16Array, values: Float32Array): number {
  floatToHalfInto(out, values);
  let clipped = 0;
  for (let i = 0; i < out.length; i++) {
    if (((out[i] as number) & 0x7fff) === 0x7c00) {
      out[i] = ((out[i] as number) & 0x8000) | 0x7bff;
      clipped++;
    }
  }
  return clipped;
}

/** Decodes bfloat16 bit patterns into `out` (same length). */
export function bfloatToFloatInto(out: Float32Array, bf16: Uint16Array): void {
  const target = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < bf16.length; i++) target[i] = ((bf16[i] as number) << 16) >>> 0;
}

/** Encodes float32 values as bfloat16 (round to nearest even; NaN stays NaN). */
export function floatToBfloatInto(out: Uint16Array, values: Float32Array): void {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < source.length; i++) {
    const u = source[i] as number;
    const notNumber = (u & 0x7fffffff) > 0x7f800000;
    out[i] = notNumber ? (u >>> 16) | 0x40 : (u + 0x7fff + ((u >>> 16) & 1)) >>> 16;
  }
}
