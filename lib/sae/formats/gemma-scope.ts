import { resolve } from "node:path";
import { openNpz } from "@/lib/formats/npz";
import { readAll, transposed } from "@/lib/formats/stored-matrix";
import { foreignExtra, type RawSae } from "@/lib/sae/formats/stored-sae";
import { checkNames, checkShapes, opened, type TensorFile, unreadable } from "@/lib/sae/formats/tensor-file";

/** Folders of Gemma Scope say it: .../layer_20/width_16k/average_l0_71/params.npz. */
const MEAN_ACTIVE = /average_l0_(\d+)/;

/**
 * Opens `params.npz` of Gemma Scope: W_enc [d,n], W_dec [n,d] (also in small letters), b_enc, b_dec, threshold [n]; JumpReLU, and b_dec is not
 * subtracted from the input.
 * @throws AppError SAE_UNREADABLE
 */
export async function openGemmaScope(path: string): Promise<RawSae> {
  const file = await openArrays(path);
  try {
    const own = (name: string) => (file.has(name) ? name : name.replace("W", "w"));
    const [enc, dec] = [own("W_enc"), own("W_dec")];
    checkNames(file, [enc, "b_enc", dec, "b_dec", "threshold"]);
    const [d = 0, n = 0] = file.shape(enc);
    const shapes = { [enc]: [d, n], b_enc: [n], [dec]: [n, d], b_dec: [d], threshold: [n] };
    checkShapes(file, shapes, { asked: enc, why: `width ${d}, ${n} latents` });
    const active = MEAN_ACTIVE.exec(resolve(path))?.[1];
    return {
      names: { beta: "b_enc", c: "b_dec", thresholds: "threshold", k: "average_l0" },
      d,
      n,
      W: transposed(file.matrix(enc)),
      D: file.matrix(dec),
      beta: await file.floats("b_enc"),
      c: await file.floats("b_dec"),
      activation: "jumprelu",
      k: active === undefined ? undefined : Number(active),
      theta: -1,
      thresholds: await file.floats("threshold"),
      subtractsBias: false,
      provenance: {
        format: "gemma_scope",
        architecture: "jumprelu",
        extra: foreignExtra("gemma_scope", {}),
        notices: [],
      },
      close: file.close,
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openArrays(path: string): Promise<TensorFile> {
  const npz = await opened(path, openNpz(path));
  const need = (name: string) => {
    const array = npz.arrays.get(name);
    if (array) return array;
    throw unreadable(`${npz.label}: missing "${name}"; found ${[...npz.arrays.keys()].join(", ") || "no arrays"}`);
  };
  return {
    label: npz.label,
    names: [...npz.arrays.keys()],
    has: (name) => npz.arrays.has(name),
    shape: (name) => need(name).shape,
    matrix: (name) => need(name).matrix,
    floats: (name) => readAll(need(name).matrix),
    integers: (name) => Promise.reject(unreadable(`${npz.label}: ${name} is not read as integers`)),
    close: npz.close,
  };
}
