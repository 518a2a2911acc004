import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ModelConfig, VisionConfig } from "@/lib/model/config";
import { IMAGE_SETTINGS, readJson } from "@/lib/model/files";
import { anyResSchema, createAnyResReader } from "@/lib/model/images/any-res";
import type { ImageReader } from "@/lib/model/images/reader";
import { createSingleReader, singleSchema } from "@/lib/model/images/single";
import { createSmartReader, smartSchema } from "@/lib/model/images/smart";
import { createTilesReader, tilesSchema } from "@/lib/model/images/tiles";

/** Image settings of a model, which processor_config.json may hold within. */
async function imageSettings<T extends z.ZodType>(folder: string, schema: T): Promise<z.infer<T>> {
  const [own, shared] = IMAGE_SETTINGS;
  if (existsSync(join(folder, own)) || !existsSync(join(folder, shared))) return readJson(folder, own, schema);
  const { image_processor: within } = await readJson(
    folder,
    shared,
    z.looseObject({ image_processor: z.unknown().optional() }),
  );
  if (within === undefined) return readJson(folder, own, schema);
  const nested = z.object({ image_processor: schema });
  return ((await readJson(folder, shared, nested)) as { image_processor: z.infer<T> }).image_processor;
}

/**
 * How a model reads images, by the family that config.json names and its image settings.
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
      const found = await imageSettings(folder, anyResSchema);
      return createAnyResReader({ ...found, ...(config.maxCrops ? { maxCrops: config.maxCrops } : {}) }, token);
    }
    case "qwen2_vl":
    case "qwen2_5_vl": {
      const window = vision.window_size === undefined ? {} : { window: vision.window_size / vision.patch_size };
      return createSmartReader(
        { ...(await imageSettings(folder, smartSchema)), ...window, gridName },
        token.imageTokenId,
      );
    }
    case "idefics3":
    case "smolvlm":
      return createTilesReader(
        { ...(await imageSettings(folder, tilesSchema)), shuffle: config.shuffle },
        token,
        encode,
      );
    default:
      return createSingleReader(await imageSettings(folder, singleSchema), token);
  }
}
