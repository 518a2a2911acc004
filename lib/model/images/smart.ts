import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import type { RgbImage } from "@/lib/media/image";
import { wholeBoxes } from "@/lib/model/images/boxes";
import { levels, pixelSchema, pixelsInto } from "@/lib/model/images/pixels";
import type { ImageReader, ImageSize } from "@/lib/model/images/reader";
import { type ResampleFilter, resample } from "@/lib/model/resample";
import { floatsOf, floatTensor, int64Tensor, type Tensor } from "@/lib/model/session";

/** preprocessor_config.json of Qwen2-VL and Qwen2.5-VL; older files name the pixel limits, newer ones put them in `size`. */
export const smartSchema = pixelSchema.extend({
  patch_size: z.int().positive(),
  merge_size: z.int().positive(),
  temporal_patch_size: z.int().positive(),
  min_pixels: z.int().positive().optional(),
  max_pixels: z.int().positive().optional(),
  size: z.object({ shortest_edge: z.int().positive(), longest_edge: z.int().positive() }).partial().optional(),
});

export interface SmartConfig extends z.infer<typeof smartSchema> {
  /** Patches a side of an attention window, whose order the tower keeps its patches in (Qwen2.5-VL). */
  window?: number;
  /** What the vision part calls the grid input. */
  gridName: string;
}

/** Longer images are refused by the model's own processor. */
const MAX_ASPECT = 200;

/**
 * Reads images as Qwen2-VL does (arXiv 2409.12191, section 2.1): resized to whole tokens near their own size, patches
 * ordered by the tokens of merge x merge patches that they make up, one frame repeated to fill a temporal patch.
 */
export function createSmartReader(config: SmartConfig, imageTokenId: number): ImageReader {
  const { patch_size: patch, merge_size: merge, temporal_patch_size: frames } = config;
  const unit = patch * merge;
  const min = config.min_pixels ?? config.size?.shortest_edge ?? 56 * 56;
  const max = config.max_pixels ?? config.size?.longest_edge ?? 28 * 28 * 1280;
  const tables = levels(config);
  const sizeOf = (image: ImageSize) => smartResize(image, unit, min, max);
  const gridOf = (image: ImageSize) => {
    const { width, height } = sizeOf(image);
    return { rows: height / unit, cols: width / unit };
  };
  return {
    batch: "one",
    layout(image) {
      const grid = gridOf(image);
      const tokens = wholeBoxes(grid.rows, grid.cols, image);
      const patches = wholeBoxes(grid.rows * merge, grid.cols * merge, image);
      const order = config.window ? windowOrder(grid, config.window / merge) : tokens.map((_, i) => i);
      const view = order.flatMap((token) => inner(token, grid.cols, merge).map((p) => patches[p] ?? null));
      return {
        tokens: tokens.map((box, cell) => ({ id: imageTokenId, feature: true, box, cell })),
        views: [view],
        grid,
      };
    },
    feeds([image]) {
      const { width, height } = sizeOf(image as RgbImage);
      const whole = resample(image as RgbImage, width, height, config.resample as ResampleFilter);
      const planes = new Float32Array(3 * width * height);
      pixelsInto(planes, 0, whole, tables);
      const { rows, cols } = gridOf(image as RgbImage);
      const values = 3 * frames * patch * patch;
      const out = new Float32Array(rows * cols * merge * merge * values);
      let row = 0;
      for (let token = 0; token < rows * cols; token++) {
        for (const p of inner(token, cols, merge)) {
          const [y, x] = [Math.floor(p / (cols * merge)) * patch, (p % (cols * merge)) * patch];
          writePatch(out, row++ * values, planes, { width, height, x, y, patch, frames });
        }
      }
      return {
        pixel_values: floatTensor(out, [rows * cols * merge * merge, values]),
        [config.gridName]: int64Tensor([1, rows * merge, cols * merge], [1, 3]),
      };
    },
    features({ image_features: found }, [size]) {
      const { rows, cols } = gridOf(size as ImageSize);
      const data = floatsOf(found as Tensor);
      const tokens = found?.dims.at(-2) ?? 0;
      if (tokens !== rows * cols) {
        throw new AppError(
          "MODEL_UNREADABLE",
          `The vision part gives ${tokens} tokens for an image of ${rows} x ${cols}: check preprocessor_config.json.`,
        );
      }
      return [data.slice()];
    },
    featuresGradient: (gradient, _, d) => floatTensor(gradient, [gradient.length / d, d]),
    geometryFor(image) {
      const { width, height } = image;
      return {
        id: `base-${width}x${height}`,
        view: "base",
        ...gridOf(image),
        affine: [width, 0, 0, height, 0, 0],
        resize: "squash",
      };
    },
  };
}

/** Patches of a token, row by row, as numbers in the grid of patches. */
function inner(token: number, cols: number, merge: number): number[] {
  const [row, col] = [Math.floor(token / cols) * merge, (token % cols) * merge];
  return Array.from(
    { length: merge * merge },
    (_, i) => (row + Math.floor(i / merge)) * cols * merge + col + (i % merge),
  );
}

/** One patch as the tower's row: channel, frame, row, column; all frames are the same picture. */
function writePatch(
  out: Float32Array,
  at: number,
  planes: Float32Array,
  { width, height, x, y, patch, frames }: ImageSize & { x: number; y: number; patch: number; frames: number },
): void {
  for (let c = 0; c < 3; c++) {
    for (let f = 0; f < frames; f++) {
      for (let r = 0; r < patch; r++) {
        const from = (c * height + y + r) * width + x;
        out.set(planes.subarray(from, from + patch), at + ((c * frames + f) * patch + r) * patch);
      }
    }
  }
}

/** `smart_resize` of image_processing_qwen2_vl.py: whole units, within the pixel limits, nearly the same aspect ratio. */
function smartResize({ width, height }: ImageSize, unit: number, min: number, max: number): ImageSize {
  if (Math.max(width, height) / Math.min(width, height) > MAX_ASPECT) {
    throw new AppError(
      "INVALID_INPUT",
      `The image is ${width}x${height}; this model takes images whose sides differ by a factor of at most ${MAX_ASPECT}: crop it.`,
    );
  }
  const whole = (x: number) => roundHalfEven(x / unit) * unit;
  const size = { width: whole(width), height: whole(height) };
  const area = size.width * size.height;
  if (area > max) {
    const beta = Math.sqrt((height * width) / max);
    const sized = (x: number) => Math.max(unit, Math.floor(x / beta / unit) * unit);
    return { width: sized(width), height: sized(height) };
  }
  if (area < min) {
    const beta = Math.sqrt(min / (height * width));
    const sized = (x: number) => Math.ceil((x * beta) / unit) * unit;
    return { width: sized(width), height: sized(height) };
  }
  return size;
}

/** As Python rounds. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Tokens of the grid window by window, row by row within (`get_window_index` of modeling_qwen2_5_vl.py). */
function windowOrder({ rows, cols }: { rows: number; cols: number }, window: number): number[] {
  const across = Math.ceil(cols / window);
  const windowOf = (i: number) => Math.floor(Math.floor(i / cols) / window) * across + Math.floor((i % cols) / window);
  return Array.from({ length: rows * cols }, (_, i) => i).sort((a, b) => windowOf(a) - windowOf(b) || a - b);
}
