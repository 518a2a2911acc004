import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { inMemory, type StoredMatrix, transposed } from "@/lib/formats/stored-matrix";
import { type StateValue, writeTorch } from "@/lib/formats/torch-zip-write";
import { type StoredSae, stored } from "@/lib/sae/formats/stored-sae";
import type { Sae } from "@/lib/sae/sae";

/** File name in the folder: the code that reads it takes any. */
export const OPENAI_FILE = "autoencoder.pt";

/**
 * Writes a state dict as OpenAI's sparse_autoencoder takes it (`Autoencoder.from_state_dict`). It has two kinds: TopK, which standardises
 * rows, and ReLU, which does not; its counters are written as they start.
 * @throws AppError INVALID_INPUT for an SAE that is neither
 */
export async function writeOpenai(folder: string, sae: Sae | StoredSae): Promise<void> {
  const { n, W, D, beta, c, k, activation, theta, thresholds, input } = stored(sae);
  const topk = activation === "topk" && input === "layer_norm";
  const relu = activation === "jumprelu" && !thresholds && theta === 0 && !input;
  if (!topk && !relu) {
    throw new AppError(
      "INVALID_INPUT",
      `The format of OpenAI has two kinds: top-k of rows brought to mean 0 and deviation 1, and ReLU of rows as they are. This SAE is ${activation} of ${input ? "such rows" : "rows as they are"}: export to saelens.`,
    );
  }
  await mkdir(folder, { recursive: true });
  const floats = (m: StoredMatrix): StateValue => ({ dtype: "F32", shape: [m.rows, m.cols], stored: m });
  const vector = (values: Float32Array): StateValue => ({
    dtype: "F32",
    shape: [values.length],
    stored: inMemory("vector", values, 1, values.length),
  });
  const ones = new Float32Array(n).fill(1);
  const state: Record<string, StateValue> = {
    pre_bias: vector(c),
    latent_bias: vector(beta),
    stats_last_nonzero: { dtype: "I64", shape: [n], values: Array(n).fill(0) },
    latents_activation_frequency: vector(ones),
    latents_mean_square: vector(ones),
    "encoder.weight": floats(W),
    "decoder.weight": floats(transposed(D)),
    activation: topk ? "TopK" : "ReLU",
    activation_state_dict: topk ? { k, postact_fn: "ReLU" } : {},
  };
  await writeTorch(join(folder, OPENAI_FILE), state);
}
