import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { inMemory, type StoredMatrix, transposed } from "@/lib/formats/stored-matrix";
import { type StateValue, writeTorch } from "@/lib/formats/torch-zip-write";
import { writeJson } from "@/lib/sae/formats/json-file";
import { rowSums } from "@/lib/sae/formats/row-sums";
import { type StoredSae, sourceConfig, stored } from "@/lib/sae/formats/stored-sae";
import type { Sae } from "@/lib/sae/sae";

/**
 * Writes `ae.pt` and `config.json` as dictionary_learning loads them. Its class follows from the activation: top-k is AutoEncoderTopK, one
 * threshold BatchTopKSAE, 0 as threshold AutoEncoder (ReLU), thresholds by latent JumpReluAutoEncoder, which subtracts no bias from the
 * input, so that its b_enc is beta - W c. Matrices are read while they are written.
 * @throws AppError INVALID_INPUT for an SAE of standardised rows, which no class there has
 */
export async function writeDictionaryLearning(folder: string, sae: Sae | StoredSae): Promise<void> {
  const own = stored(sae);
  const { n, d, k, theta, provenance } = own;
  if (own.input) {
    throw new AppError(
      "INVALID_INPUT",
      "dictionary_learning has no class for rows that are brought to mean 0 and deviation 1: export to saelens or openai.",
    );
  }
  const dictClass = classOf(own);
  await mkdir(folder, { recursive: true });
  await writeTorch(join(folder, "ae.pt"), await stateOf(dictClass, own));
  const before = sourceConfig(provenance, "dictionary_learning")?.trainer as Record<string, unknown> | undefined;
  const layer = /^layers\.(\d+)\.resid_post$/.exec(provenance.site ?? "")?.[1];
  const { model, site, architecture } = provenance;
  await writeJson(join(folder, "config.json"), {
    trainer: {
      lm_name: model,
      ...(layer === undefined ? {} : { layer: Number(layer), submodule_name: `resid_post_layer_${layer}` }),
      ...before,
      dict_class: dictClass,
      activation_dim: d,
      dict_size: n,
      k,
    },
    buffer: {},
    fovea: { k, theta, architecture, model, site },
  });
}

type DictClass = "AutoEncoderTopK" | "BatchTopKSAE" | "AutoEncoder" | "JumpReluAutoEncoder";

function classOf({ activation, thresholds, theta }: Omit<StoredSae, "close">): DictClass {
  if (activation === "topk") return "AutoEncoderTopK";
  if (thresholds) return "JumpReluAutoEncoder";
  return theta === 0 ? "AutoEncoder" : "BatchTopKSAE";
}

const matrixOf = (m: StoredMatrix): StateValue => ({ dtype: "F32", shape: [m.rows, m.cols], stored: m });
const vector = (values: Float32Array): StateValue => ({
  dtype: "F32",
  shape: [values.length],
  stored: inMemory("vector", values, 1, values.length),
});
const scalar = (value: number): StateValue => ({
  dtype: "F32",
  shape: [],
  stored: inMemory("scalar", Float32Array.of(value), 1, 1),
});

async function stateOf(dictClass: DictClass, sae: Omit<StoredSae, "close">): Promise<Record<string, StateValue>> {
  const { W, D, beta, c, k, theta, thresholds } = sae;
  if (dictClass === "JumpReluAutoEncoder") {
    const { dots } = await rowSums(W, c);
    return {
      W_enc: matrixOf(transposed(W)),
      b_enc: vector(beta.map((value, i) => value - dots![i]!)),
      W_dec: matrixOf(D),
      b_dec: vector(c),
      threshold: vector(thresholds!),
    };
  }
  const linear = {
    "encoder.weight": matrixOf(W),
    "encoder.bias": vector(beta),
    "decoder.weight": matrixOf(transposed(D)),
  };
  if (dictClass === "AutoEncoder") return { ...linear, bias: vector(c) };
  return { ...linear, b_dec: vector(c), k: { dtype: "I32", shape: [], values: [k] }, threshold: scalar(theta) };
}
