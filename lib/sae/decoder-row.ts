import { join } from "node:path";
import { openSafetensors } from "@/lib/formats/safetensors";

const TENSOR = { decoder: "W_dec", encoder: "encoder.weight" } as const;

/**
 * The decoder or encoder direction of one latent, [d], as it is stored: only its row is read.
 * @param folder of the checkpoint, as `loadSae` takes it
 * @throws AppError FORMAT_UNREADABLE; RangeError when there is no such latent
 */
export async function readDirection(
  folder: string,
  latent: number,
  part: keyof typeof TENSOR = "decoder",
): Promise<Float32Array> {
  const file = await openSafetensors(join(folder, "sae.safetensors"));
  try {
    const [n, d] = file.info(TENSOR[part]).shape as [number, number];
    if (latent < 0 || latent >= n) throw new RangeError(`latent ${latent} of ${n}`);
    return await file.readFloat32Range(TENSOR[part], latent * d, (latent + 1) * d);
  } finally {
    await file.close();
  }
}
