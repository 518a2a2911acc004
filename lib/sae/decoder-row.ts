import { join } from "node:path";
import { openSafetensors } from "@/lib/formats/safetensors";
import type { Matrix } from "@/lib/tensor/matrix";

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

/** The decoder of a checkpoint as a file: some of its rows at a time. */
export interface DecoderFile {
  n: number;
  d: number;
  /** Unit decoder rows of these latents, in this order, [latents, d]. */
  rows(latents: Int32Array): Promise<Matrix>;
  close(): Promise<void>;
}

/** Neighbouring rows that are read in one go. */
const RUN = 256;

/**
 * Opens the decoder alone, for those who need not have the whole SAE in memory.
 * @param folder of the checkpoint, as `loadSae` takes it
 * @throws AppError FORMAT_UNREADABLE
 */
export async function openDecoder(folder: string): Promise<DecoderFile> {
  const file = await openSafetensors(join(folder, "sae.safetensors"));
  const [n, d] = file.info(TENSOR.decoder).shape as [number, number];
  return {
    n,
    d,
    async rows(latents) {
      const out = { data: new Float32Array(latents.length * d), rows: latents.length, cols: d };
      for (let from = 0; from < latents.length; ) {
        let to = from + 1;
        while (to < latents.length && to - from < RUN && latents[to] === (latents[to - 1] as number) + 1) to++;
        const first = latents[from] as number;
        out.data.set(await file.readFloat32Range(TENSOR.decoder, first * d, (first + to - from) * d), from * d);
        from = to;
      }
      return out;
    },
    close: () => file.close(),
  };
}
