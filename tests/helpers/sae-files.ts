// SAE files of other tools in tests/golden/sae-formats, and what PyTorch computed with them.
import { join } from "node:path";
import { openSafetensors } from "@/lib/formats/safetensors";
import { encode } from "@/lib/sae/encode";
import { decode, type Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";

export const GOLDEN = "tests/golden/sae-formats";

interface Expected {
  x: Matrix;
  z: Matrix;
  xhat: Matrix;
}

/** Rows and what the tool makes of them, z in raw units. */
export async function expected(name: string): Promise<Expected> {
  const file = await openSafetensors(join(GOLDEN, name, "expected.safetensors"));
  const read = async (tensor: string): Promise<Matrix> => {
    const [rows, cols] = file.info(tensor).shape as [number, number];
    return { data: await file.readFloat32(tensor), rows, cols };
  };
  const out = { x: await read("x"), z: await read("z"), xhat: await read("xhat") };
  await file.close();
  return out;
}

/** Values of all latents, [rows, n], and reconstructions of rows. */
export async function compute(sae: Sae, x: Matrix): Promise<{ z: Float32Array; xhat: Float32Array }> {
  const codes = await encode(x, sae);
  const z = new Float32Array(x.rows * sae.n);
  codes.index.forEach((latent, t) => {
    if (codes.value[t]! > 0) z[Math.floor(t / codes.k) * sae.n + latent] = codes.value[t]!;
  });
  return { z, xhat: decode(codes, sae).data };
}

/** Largest difference of two lists. */
export const furthest = (a: Float32Array, b: Float32Array) =>
  a.length === b.length ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) : Number.NaN;
