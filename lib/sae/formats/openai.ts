import { transposed } from "@/lib/formats/stored-matrix";
import type { TorchFile, TorchMap } from "@/lib/formats/torch-zip";
import { mapOf } from "@/lib/sae/formats/dictionary-learning";
import { foreignExtra, type RawSae } from "@/lib/sae/formats/stored-sae";
import { checkNames, checkShapes, stateTensors, unreadable } from "@/lib/sae/formats/tensor-file";

/**
 * Opens a file of OpenAI's sparse_autoencoder (github.com/openai/sparse_autoencoder): pre_bias [d], encoder.weight [n,d], latent_bias [n],
 * decoder.weight [d,n] (tied ones carry the encoder once more), `activation` with its state. TopK there takes rows brought to mean 0 and
 * deviation 1, and so does the SAE that comes out.
 * @throws AppError SAE_UNREADABLE
 */
export async function openOpenai(file: TorchFile): Promise<RawSae> {
  const root = mapOf(file.value, file.label);
  const tensors = stateTensors(file, root);
  const tied = tensors.has("decoder.linear.weight") && !tensors.has("decoder.weight");
  const decoder = tied ? "decoder.linear.weight" : "decoder.weight";
  checkNames(tensors, ["pre_bias", "encoder.weight", "latent_bias", decoder]);
  const [n = 0, d = 0] = tensors.shape("encoder.weight");
  checkShapes(
    tensors,
    { "encoder.weight": [n, d], latent_bias: [n], pre_bias: [d], [decoder]: tied ? [n, d] : [d, n] },
    { asked: "encoder.weight", why: `width ${d}, ${n} latents` },
  );
  const activation = root.get("activation") ?? "ReLU";
  if (activation !== "TopK" && activation !== "ReLU") {
    throw unreadable(`${file.label}: activation "${String(activation)}" is not supported (TopK and ReLU are)`);
  }
  const topk = activation === "TopK";
  const state = root.get("activation_state_dict");
  const notices = topk ? ["rows are brought to mean 0 and deviation 1: directions scale with the row"] : [];
  return {
    names: { beta: "latent_bias", c: "pre_bias", k: "activation_state_dict.k" },
    d,
    n,
    W: tensors.matrix("encoder.weight"),
    D: tied ? tensors.matrix(decoder) : transposed(tensors.matrix(decoder)),
    beta: await tensors.floats("latent_bias"),
    c: await tensors.floats("pre_bias"),
    activation: topk ? "topk" : "jumprelu",
    k: topk ? kOf(state instanceof Map ? state : new Map(), file.label) : undefined,
    theta: topk ? -1 : 0,
    input: topk ? "layer_norm" : undefined,
    subtractsBias: true,
    provenance: {
      format: "openai",
      architecture: topk ? "topk" : "standard",
      extra: foreignExtra("openai", { activation, ...(topk ? { postact_fn: "ReLU" } : {}) }),
      notices,
    },
    close: file.close,
  };
}

function kOf(state: TorchMap, label: string): number {
  const after = state.get("postact_fn") ?? "ReLU";
  if (after !== "ReLU")
    throw unreadable(`${label}: postact_fn "${String(after)}" keeps negative values, which is not supported`);
  const k = state.get("k");
  if (typeof k === "number") return k;
  throw unreadable(`${label}: activation_state_dict has no k`);
}
