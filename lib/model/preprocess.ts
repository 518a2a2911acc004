import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import type { RgbImage } from "@/lib/media/image";
import { type ResampleFilter, resample } from "@/lib/model/resample";
import type { Geometry } from "@/lib/model/types";

const edges = z.union([
  z.int().positive(),
  z.object({ height: z.int().positive(), width: z.int().positive() }),
  z.object({ shortest_edge: z.int().positive() }),
]);

/** The fields of preprocessor_config.json that decide what the tower sees. */
export const preprocessorSchema = z.object({
  do_resize: z.boolean().default(true),
  size: edges.optional(),
  resample: z.int().min(0).max(5).default(3),
  do_center_crop: z.boolean().default(false),
  crop_size: edges.optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: z.array(z.number()).length(3).default([0.5, 0.5, 0.5]),
  image_std: z.array(z.number().positive()).length(3).default([0.5, 0.5, 0.5]),
});

export type PreprocessorConfig = z.infer<typeof preprocessorSchema>;

/** Turns images into tower inputs and knows where the patches lie on the image. */
export interface Preprocessor {
  width: number;
  height: number;
  rows: number;
  cols: number;
  /** Normalised pixels [3, height, width], written into `out` from `offset`. */
  pixelsInto(out: Float32Array, offset: number, image: RgbImage): void;
  geometryFor(image: { width: number; height: number }): Geometry;
}

/**
 * A preprocessor as the Hugging Face image processor of that configuration works: resize (to a box: squash; by the
 * shortest edge: keeping the aspect ratio), centre crop, rescale, normalise.
 * @throws AppError MODEL_UNREADABLE when the result has no fixed size or does not divide into patches.
 */
export function createPreprocessor(config: PreprocessorConfig, patch: number): Preprocessor {
  const shortest = shortestEdge(config);
  const box = config.do_center_crop && config.crop_size ? boxOf(config.crop_size) : boxOf(config.size);
  const { width, height } = box ?? { width: 0, height: 0 };
  if (!box || width % patch !== 0 || height % patch !== 0) {
    throw new AppError(
      "MODEL_UNREADABLE",
      `preprocessor_config.json gives images of ${box ? `${width}x${height}` : "no fixed size"}, which patches of ${patch} cannot tile: use the file that belongs to the model.`,
    );
  }
  return {
    width,
    height,
    rows: height / patch,
    cols: width / patch,
    pixelsInto: (out, offset, image) =>
      normaliseInto(out, offset, crop(resize(image, config, shortest), width, height), config),
    geometryFor: (image) => geometry(image, { width, height }, patch, config.do_resize ? shortest : undefined),
  };
}

function shortestEdge({ size, do_center_crop }: PreprocessorConfig): number | undefined {
  if (typeof size === "number") return do_center_crop ? size : undefined;
  return size && "shortest_edge" in size ? size.shortest_edge : undefined;
}

function boxOf(size: PreprocessorConfig["size"]): { width: number; height: number } | undefined {
  if (size === undefined) return undefined;
  if (typeof size === "number") return { width: size, height: size };
  return "shortest_edge" in size ? { width: size.shortest_edge, height: size.shortest_edge } : size;
}

function resize(image: RgbImage, config: PreprocessorConfig, shortest: number | undefined): RgbImage {
  if (!config.do_resize) return image;
  const filter = config.resample as ResampleFilter;
  const target = shortest === undefined ? boxOf(config.size) : scaled(image, shortest);
  return target ? resample(image, target.width, target.height, filter) : image;
}

/** Size with the given shortest edge; the longer one is cut to a whole number, as Hugging Face does. */
function scaled({ width, height }: { width: number; height: number }, shortest: number) {
  return width <= height
    ? { width: shortest, height: Math.trunc((shortest * height) / width) }
    : { width: Math.trunc((shortest * width) / height), height: shortest };
}

/** The centred part; what lies outside of the image is black. */
function crop(image: RgbImage, width: number, height: number): RgbImage {
  if (image.width === width && image.height === height) return image;
  const top = cropStart(image.height, height);
  const left = cropStart(image.width, width);
  const data = new Uint8Array(width * height * 3);
  const from = Math.max(0, left);
  const to = Math.min(image.width, left + width);
  for (let y = Math.max(0, -top); y < height && y + top < image.height; y++) {
    const line = (y + top) * image.width;
    data.set(image.data.subarray((line + from) * 3, (line + to) * 3), (y * width + from - left) * 3);
  }
  return { width, height, data };
}

function cropStart(have: number, want: number): number {
  return have >= want ? Math.floor((have - want) / 2) : -Math.ceil((want - have) / 2);
}

function normaliseInto(out: Float32Array, offset: number, image: RgbImage, config: PreprocessorConfig): void {
  const pixels = image.width * image.height;
  const factor = config.do_rescale ? config.rescale_factor : 1;
  for (let c = 0; c < 3; c++) {
    const mean = config.do_normalize ? config.image_mean[c]! : 0;
    const std = config.do_normalize ? config.image_std[c]! : 1;
    // Float32 after each step, as the Python processors compute it.
    const table = Float32Array.from({ length: 256 }, (_, v) => Math.fround(Math.fround(v * factor) - mean) / std);
    const plane = offset + c * pixels;
    for (let i = 0; i < pixels; i++) out[plane + i] = table[image.data[i * 3 + c]!]!;
  }
}

function geometry(
  image: { width: number; height: number },
  view: { width: number; height: number },
  patch: number,
  shortest: number | undefined,
): Geometry {
  const { width, height } = image;
  const native = width === view.width && height === view.height;
  const base = {
    id: native ? "base" : `base-${width}x${height}`,
    view: "base",
    rows: view.height / patch,
    cols: view.width / patch,
  };
  if (shortest === undefined) return { ...base, affine: [width, 0, 0, height, 0, 0], resize: "squash" };
  const to = scaled(image, shortest);
  const [sx, sy] = [width / to.width, height / to.height];
  const [left, top] = [cropStart(to.width, view.width), cropStart(to.height, view.height)];
  return { ...base, affine: [view.width * sx, 0, 0, view.height * sy, left * sx, top * sy], resize: "crop" };
}
