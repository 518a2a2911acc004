import type { ModelConfig, VisionConfig } from "@/lib/model/config";
import { readJson } from "@/lib/model/files";
import { anyResSchema, createAnyResReader } from "@/lib/model/images/any-res";
import type { ImageReader } from "@/lib/model/images/reader";
import { createSingleReader, singleSchema } from "@/lib/model/images/single";
import { createSmartReader, smartSchema } from "@/lib/model/images/smart";
import { createTilesReader, tilesSchema } from "@/lib/model/images/tiles";

const FILE = "preprocessor_config.json";

/**
 * How a model reads images, by the family that config.json names and its preprocessor_config.json.
 * @param gridName what the vision part calls its grid input, where it has one.
 * @throws AppError MODEL_UNREADABLE when the file is missing or does not fit the model.
 */
export async function openImageReader(
  folder: string,
  config: ModelConfig,
  encode: (text: string) => number[],
  gridName = "image_grid_thw",
): Promise<ImageReader> {
  const vision = config.vision as VisionConfig;
  const token = { imageTokenId: config.imageTokenId ?? 0, patch: vision.patch_size };
  switch (config.type) {
    case "llava_next":
    case "llava_onevision": {
      const found = await readJson(folder, FILE, anyResSchema);
      return createAnyResReader({ ...found, ...(config.maxCrops ? { maxCrops: config.maxCrops } : {}) }, token);
    }
    case "qwen2_vl":
    case "qwen2_5_vl": {
      const window = vision.window_size === undefined ? {} : { window: vision.window_size / vision.patch_size };
      return createSmartReader(
        { ...(await readJson(folder, FILE, smartSchema)), ...window, gridName },
        token.imageTokenId,
      );
    }
    case "idefics3":
    case "smolvlm":
      return createTilesReader(
        { ...(await readJson(folder, FILE, tilesSchema)), shuffle: config.shuffle },
        token,
        encode,
      );
    default:
      return createSingleReader(await readJson(folder, FILE, singleSchema), token);
  }
}
