import { z } from "zod";
import { unreadable } from "@/lib/sae/formats/tensor-file";

/** `cfg.json` of SAELens, version 6 and the flat one before; every other key is kept and noted. */
export const saelensSchema = z.looseObject({
  d_in: z.number().int().positive(),
  d_sae: z.number().int().positive().optional(),
  architecture: z.string().optional(),
  apply_b_dec_to_input: z.boolean().default(true),
  normalize_activations: z.union([z.string(), z.boolean()]).nullish(),
  reshape_activations: z.string().nullish(),
  k: z.number().nullish(),
  rescale_acts_by_decoder_norm: z.boolean().default(false),
  metadata: z.looseObject({}).optional(),
  // Before version 6 the file is flat.
  activation_fn: z.string().nullish(),
  activation_fn_str: z.string().nullish(),
  activation_fn_kwargs: z.looseObject({ k: z.number().nullish() }).nullish(),
  hook_name: z.string().nullish(),
  hook_point: z.string().nullish(),
  model_name: z.string().nullish(),
  finetuning_scaling_factor: z.boolean().nullish(),
});
export type SaelensSettings = z.output<typeof saelensSchema>;

const OTHER_KEYS =
  "dtype device hook_layer hook_point_layer hook_head_index hook_point_head_index prepend_bos dataset_path dataset_trust_remote_code context_size model_from_pretrained_kwargs neuronpedia_id sae_lens_training_version sae_lens_version seqpos_slice exclude_special_tokens model_class_name reshape_activations";
export const KNOWN_KEYS: ReadonlySet<string> = new Set([...Object.keys(saelensSchema.shape), ...OTHER_KEYS.split(" ")]);

export type Architecture = "relu" | "topk" | "jumprelu" | "gated" | "batchtopk";

/** What is not held exactly by the canonical form, and why. */
const REFUSED: [RegExp, string][] = [
  [/transcoder|transcode/, "reconstructs another activation than it reads"],
  [/temporal|matching_pursuit/, "does not encode a token by one linear map"],
];

/** The architecture as it is served, and the name of the one it was trained as. */
export function architectureOf(cfg: SaelensSettings): { served: Architecture; name: string } {
  const name = cfg.architecture ?? "standard";
  for (const [pattern, why] of REFUSED) {
    if (pattern.test(name)) throw unreadable(`cfg.json: architecture "${name}" is not supported: it ${why}`);
  }
  const fn = cfg.activation_fn ?? cfg.activation_fn_str ?? "relu";
  if (name === "standard") {
    if (fn === "relu") return { served: "relu", name };
    if (fn.startsWith("topk")) return { served: "topk", name: "topk" };
    throw unreadable(`cfg.json: activation_fn "${fn}" is not supported (relu and topk are)`);
  }
  if (name === "topk" || name === "jumprelu" || name === "gated") return { served: name, name };
  if (/^(matryoshka_)?batchtopk$/.test(name)) return { served: "batchtopk", name };
  throw unreadable(`cfg.json: architecture "${name}" is not known (standard, topk, jumprelu, gated, batchtopk are)`);
}

export type InputNorm = "none" | "layer_norm" | "expected_average_only_in";

/** How rows are taken. @throws AppError SAE_UNREADABLE for a length that depends on the row alone. */
export function inputNormOf({ normalize_activations: given }: SaelensSettings): InputNorm {
  const norm = given === true ? "expected_average_only_in" : given === false || given == null ? "none" : given;
  if (norm === "none" || norm === "layer_norm" || norm === "expected_average_only_in") return norm;
  const why =
    norm === "constant_norm_rescale" ? ": every row is brought to one length, so that a value has no unit" : "";
  throw unreadable(`cfg.json: normalize_activations "${norm}" is not supported${why}`);
}
