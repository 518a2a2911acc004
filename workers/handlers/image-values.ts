import { ROW_IMAGE, type SampleCodes } from "@/lib/exemplars/codes";

/** Values of every feature that fires in an image, [cells] each. */
export function imageValues(codes: SampleCodes, cells: number): Map<number, Float32Array> {
  const out = new Map<number, Float32Array>();
  for (let r = 0; r < codes.rows; r++) {
    if (codes.kind[r] !== ROW_IMAGE) continue;
    for (let i = r * codes.k; i < (r + 1) * codes.k; i++) {
      const v = codes.value[i] as number;
      if (!(v > 0)) continue;
      const f = codes.index[i] as number;
      const values = out.get(f) ?? new Float32Array(cells);
      const at = codes.at[r] as number;
      values[at] = Math.max(values[at] as number, v);
      out.set(f, values);
    }
  }
  return out;
}
