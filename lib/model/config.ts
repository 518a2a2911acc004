import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/model/files";

const size = z.int().positive();
const ids = z.union([z.int(), z.array(z.int())]).nullish();

const textSchema = z.object({
  hidden_size: size,
  num_hidden_layers: size,
  vocab_size: size,
  max_position_embeddings: size.default(2048),
  eos_token_id: ids,
});

const visionSchema = z.object({
  patch_size: size,
  hidden_size: size.optional(),
  embed_dim: size.optional(),
  window_size: size.optional(),
});

const rootSchema = z.looseObject({
  model_type: z.string(),
  image_token_index: z.int().nonnegative().optional(),
  image_token_id: z.int().nonnegative().optional(),
  vision_aspect_ratio: z.string().optional(),
  scale_factor: size.optional(),
  eos_token_id: ids,
  text_config: z.looseObject({}).optional(),
  vision_config: z.looseObject({}).optional(),
});

export type TextConfig = z.infer<typeof textSchema>;
export type VisionConfig = z.infer<typeof visionSchema>;

/** What config.json says, whatever the family: parts that a model does not have are undefined. */
export interface ModelConfig {
  /** `model_type`, such as "llava" or "dinov2". */
  type: string;
  kind: "vlm" | "vision" | "text";
  text?: TextConfig;
  vision?: VisionConfig;
  imageTokenId?: number;
  eosIds: number[];
  /** LLaVA-OneVision's `anyres_max_N`: N. */
  maxCrops?: number;
  /** Idefics3's scale_factor: patches a side that make one token. */
  shuffle: number;
}

/** Families whose images Fovea can prepare and whose image tokens it can place. */
export const VLM_TYPES = [
  "llava",
  "llava_next",
  "llava_onevision",
  "qwen2_vl",
  "qwen2_5_vl",
  "idefics3",
  "smolvlm",
] as const;
export const VISION_TYPES = [
  "clip",
  "clip_vision_model",
  "siglip",
  "siglip_vision_model",
  "dinov2",
  "dinov2_with_registers",
  "vit",
] as const;

const has = (list: readonly string[], type: string) => list.includes(type);

/** Reads config.json and generation_config.json. @throws AppError MODEL_UNREADABLE naming what is wrong. */
export async function readConfig(folder: string): Promise<ModelConfig> {
  const root = await readJson(folder, "config.json", rootSchema);
  const type = root.model_type;
  const generation = await readJson(folder, "generation_config.json", z.object({ eos_token_id: ids })).catch(
    () => undefined,
  );
  const kind = has(VLM_TYPES, type) ? "vlm" : has(VISION_TYPES, type) ? "vision" : "text";
  const part = async <T extends z.ZodType>(name: "text_config" | "vision_config", schema: T): Promise<z.infer<T>> => {
    // Text models, bare towers and the first Qwen2-VL have the fields at the top.
    if (!root[name] && (kind !== "vlm" || type === "qwen2_vl")) return readJson(folder, "config.json", schema);
    return (await readJson(folder, "config.json", z.object({ [name]: schema })))[name] as z.infer<T>;
  };
  const text =
    kind === "vision" ? undefined : await part("text_config", textSchema).catch((cause) => refuse(cause, folder, type));
  const vision = kind === "text" ? undefined : await part("vision_config", visionSchema);
  const eos = generation?.eos_token_id ?? root.eos_token_id ?? text?.eos_token_id ?? [];
  const maxCrops = /^anyres_max_(\d+)$/.exec(root.vision_aspect_ratio ?? "")?.[1];
  return {
    type,
    kind,
    ...(text ? { text } : {}),
    ...(vision ? { vision } : {}),
    ...(kind === "vlm" ? { imageTokenId: imageToken(root, folder) } : {}),
    eosIds: [eos].flat(),
    ...(maxCrops ? { maxCrops: Number(maxCrops) } : {}),
    shuffle: root.scale_factor ?? 1,
  };
}

/** A kind that is none of the known ones is read as a text model, if its config looks like one. */
function refuse(cause: unknown, folder: string, type: string): never {
  const other = has(VLM_TYPES, type);
  if (other) throw cause;
  throw new AppError(
    "MODEL_UNREADABLE",
    `${folder} holds a model of kind "${type}"; Fovea opens ${VLM_TYPES.join(", ")}, vision models (${VISION_TYPES.join(", ")}) and text decoders.`,
    { cause },
  );
}

function imageToken(root: z.infer<typeof rootSchema>, folder: string): number {
  const id = root.image_token_index ?? root.image_token_id;
  if (id !== undefined) return id;
  throw new AppError(
    "MODEL_UNREADABLE",
    `${folder}/config.json has no image_token_index: copy it from the model's page.`,
  );
}
