/**
 * Grid bytes of non-negative values: 0 if and only if the value is exactly 0, else max(1, round(255 v / scale)), at most
 * 255. So the support of the grid is exactly the support of the feature.
 * @param scale the value of byte 255: the feature's maximum
 */
export function quantise(values: Float32Array, scale: number): Uint8Array {
  const out = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const v = values[i] as number;
    if (v > 0) out[i] = Math.min(255, Math.max(1, Math.round((255 * v) / scale)));
  }
  return out;
}
