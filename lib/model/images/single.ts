import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import type { RgbImage } from "@/lib/media/image";
import { gridBoxes, type Placed } from "@/lib/model/images/boxes";
import { cut, levels, type PixelConfig, pixelSchema, pixelsInto } from "@/lib/model/images/pixels";
import type { ImageReader, ImageSize } from "@/lib/model/images/reader";
import { type ResampleFilter, resample } from "@/lib/model/resample";
import { floatsOf, floatTensor, type Tensor } from "@/lib/model/session";

const edges = z.union([
  z.int().positive(),
  z.object({ height: z.int().positive(), width: z.int().positive() }),
  z.object({ shortest_edge: z.int().positive() }),
]);

/** The fields of preprocessor_config.json of processors that make one picture of fixed size. */
export const singleSchema = pixelSchema.extend({
  do_resize: z.boolean().default(true),
  size: edges.optional(),
  do_center_crop: z.boolean().default(false),
  crop_size: edges.optional(),
});

export type SingleConfig = z.infer<typeof singleSchema>;

export interface TokenOf {
  imageTokenId: number;
  patch: number;
}

/**
 * Reads images as the Hugging Face processors of LLaVA, CLIP, SigLIP and DINOv2 do: resize (to a box: squash; by the
 * shortest edge: keeping the aspect ratio), centre crop, rescale, normalise. One token a patch.
 * @throws AppError MODEL_UNREADABLE when the result has no fixed size or does not divide into patches.
 */
export function createSingleReader(config: SingleConfig, { imageTokenId, patch }: TokenOf): ImageReader {
  const shortest = shortestEdge(config);
  const box = config.do_center_crop && config.crop_size ? boxOf(config.crop_size) : boxOf(config.size);
  if (!box || box.width % patch !== 0 || box.height % patch !== 0) {
    throw new AppError(
      "MODEL_UNREADABLE",
      `preprocessor_config.json gives images of ${box ? `${box.width}x${box.height}` : "no fixed size"}, which patches of ${patch} cannot tile: use the file that belongs to the model.`,
    );
  }
  const [rows, cols] = [box.height / patch, box.width / patch];
  const tables = levels(config);
  const values = 3 * box.width * box.height;
  const placed = (size: ImageSize) => place(size, box, config.do_resize ? shortest : undefined);
  return {
    batch: "any",
    layout(image) {
      const boxes = gridBoxes(rows, cols, placed(image), image);
      return {
        tokens: boxes.map((at, cell) => ({ id: imageTokenId, feature: true, box: at, cell })),
        views: [boxes],
        grid: { rows, cols },
      };
    },
    feeds(images) {
      const out = new Float32Array(images.length * values);
      images.forEach((image, i) => {
        const whole = resized(image, config, shortest);
        const [left, top] = [cropStart(whole.width, box.width), cropStart(whole.height, box.height)];
        pixelsInto(out, i * values, cut(whole, left, top, box), tables);
      });
      return { pixel_values: floatTensor(out, [images.length, 3, box.height, box.width]) };
    },
    features({ image_features: found }, sizes) {
      const data = floatsOf(found as Tensor);
      const [, tokens = 0, d = 1] = found?.dims ?? [];
      if (tokens !== rows * cols) {
        throw new AppError(
          "MODEL_UNREADABLE",
          `The vision tower gives ${tokens} tokens an image where its patches make ${rows * cols}: check preprocessor_config.json.`,
        );
      }
      return sizes.map((_, i) => data.slice(i * tokens * d, (i + 1) * tokens * d));
    },
    featuresGradient: (gradient, _, d) => floatTensor(gradient, [1, rows * cols, d]),
    geometryFor(image) {
      const view = placed(image);
      const native = image.width === box.width && image.height === box.height;
      return {
        id: native ? "base" : `base-${image.width}x${image.height}`,
        view: "base",
        rows,
        cols,
        affine: [
          view.width * view.scale.x,
          0,
          0,
          view.height * view.scale.y,
          view.left * view.scale.x,
          view.top * view.scale.y,
        ],
        resize: config.do_resize && shortest !== undefined ? "crop" : "squash",
      };
    },
  };
}

function shortestEdge({ size, do_center_crop }: SingleConfig): number | undefined {
  if (typeof size === "number") return do_center_crop ? size : undefined;
  return size && "shortest_edge" in size ? size.shortest_edge : undefined;
}

function boxOf(size: SingleConfig["size"]): ImageSize | undefined {
  if (size === undefined) return undefined;
  if (typeof size === "number") return { width: size, height: size };
  return "shortest_edge" in size ? { width: size.shortest_edge, height: size.shortest_edge } : size;
}

function resized(image: RgbImage, config: SingleConfig & PixelConfig, shortest: number | undefined): RgbImage {
  if (!config.do_resize) return image;
  const target = shortest === undefined ? boxOf(config.size) : scaled(image, shortest);
  return target ? resample(image, target.width, target.height, config.resample as ResampleFilter) : image;
}

/** Size with the given shortest edge; the longer one is cut to a whole number, as Hugging Face does. */
function scaled({ width, height }: ImageSize, shortest: number): ImageSize {
  return width <= height
    ? { width: shortest, height: Math.trunc((shortest * height) / width) }
    : { width: Math.trunc((shortest * width) / height), height: shortest };
}

function cropStart(have: number, want: number): number {
  return have >= want ? Math.floor((have - want) / 2) : -Math.ceil((want - have) / 2);
}

/** The view on a canvas that is the resized image. */
function place(image: ImageSize, view: ImageSize, shortest: number | undefined): Placed {
  const to = shortest === undefined ? view : scaled(image, shortest);
  const scale = { x: image.width / to.width, y: image.height / to.height };
  return { ...view, left: cropStart(to.width, view.width), top: cropStart(to.height, view.height), scale };
}
