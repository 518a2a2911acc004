import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import type { RgbImage } from "@/lib/media/image";
import { gridBoxes, wholeBoxes } from "@/lib/model/images/boxes";
import { cut, levels, pixelSchema, pixelsInto } from "@/lib/model/images/pixels";
import type { ImageReader, ImageSize, PromptToken } from "@/lib/model/images/reader";
import type { TokenOf } from "@/lib/model/images/single";
import { type ResampleFilter, resample } from "@/lib/model/resample";
import { floatsOf, floatTensor } from "@/lib/model/session";
import type { Box } from "@/lib/model/types";

const longest = z.object({ longest_edge: z.int().positive() });

/** preprocessor_config.json of Idefics3 and SmolVLM. */
export const tilesSchema = pixelSchema.extend({
  resample: z.int().min(0).max(5).default(1),
  do_resize: z.boolean().default(true),
  size: longest,
  max_image_size: longest,
  do_image_splitting: z.boolean().default(true),
});

export interface TilesConfig extends z.infer<typeof tilesSchema> {
  /** Patches a side that are shuffled into one token (config.json's scale_factor). */
  shuffle: number;
}

/** The model's own upper bound of a side. */
const MAX_SIDE = 4096;

/**
 * Reads images as Idefics3 and SmolVLM do (image_processing_idefics3.py): scaled to a grid of square tiles, each tile seen
 * by itself and the whole image once more, squeezed to one tile; shuffle x shuffle patches make a token. In the prompt
 * each tile has its row and column before it.
 * @param encode ids of text in which special tokens are spelt out.
 */
export function createTilesReader(
  config: TilesConfig,
  { imageTokenId, patch }: TokenOf,
  encode: (text: string) => number[],
): ImageReader {
  const side = config.max_image_size.longest_edge;
  const n = side / patch;
  const perSide = n / config.shuffle;
  if (!Number.isInteger(perSide)) {
    throw new AppError(
      "MODEL_UNREADABLE",
      `Tiles of ${side} pixels do not divide into tokens of ${config.shuffle} x ${config.shuffle} patches of ${patch}: use the preprocessor_config.json that belongs to the model.`,
    );
  }
  const tables = levels(config);
  const filter = config.resample as ResampleFilter;
  const count = ({ rows, cols }: Tiling) => rows * cols + 1;
  return {
    batch: "one",
    layout(image) {
      const tiling = tile(image, config, side);
      const marker = (text: string): PromptToken[] => encode(text).map((id) => ({ id, feature: false, box: null }));
      const features = (boxes: readonly (Box | null)[], base: boolean): PromptToken[] =>
        boxes.map((box, cell) => ({ id: imageTokenId, feature: true, box, ...(base ? { cell } : {}) }));
      const tokens: PromptToken[] = [];
      for (let row = 0; row < tiling.rows; row++) {
        for (let col = 0; col < tiling.cols; col++) {
          tokens.push(...marker(`<fake_token_around_image><row_${row + 1}_col_${col + 1}>`));
          tokens.push(...features(tileBoxes(tiling, row, col, perSide, side, image), false));
        }
        tokens.push(...marker("\n"));
      }
      tokens.push(...marker(`${tiling.rows > 0 ? "\n" : ""}<fake_token_around_image><global-img>`));
      tokens.push(...features(wholeBoxes(perSide, perSide, image), true));
      tokens.push(...marker("<fake_token_around_image>"));
      const views = Array.from({ length: tiling.rows * tiling.cols }, (_, i) =>
        tileBoxes(tiling, Math.floor(i / tiling.cols), i % tiling.cols, n, side, image),
      );
      return { tokens, views: [...views, wholeBoxes(n, n, image)], grid: { rows: perSide, cols: perSide } };
    },
    feeds([image]) {
      const tiling = tile(image as RgbImage, config, side);
      const whole = scaledTo(image as RgbImage, tiling.steps, filter);
      const views = Array.from({ length: tiling.rows * tiling.cols }, (_, i) =>
        cut(whole, (i % tiling.cols) * side, Math.floor(i / tiling.cols) * side, { width: side, height: side }),
      );
      views.push(resample(whole, side, side, filter));
      const values = 3 * side * side;
      const pixels = new Float32Array(views.length * values);
      views.forEach((view, i) => {
        pixelsInto(pixels, i * values, view, tables);
      });
      return {
        pixel_values: floatTensor(pixels, [1, views.length, 3, side, side]),
        pixel_attention_mask: {
          dtype: "bool",
          dims: [1, views.length, side, side],
          data: new Uint8Array(views.length * side * side).fill(1),
        },
      };
    },
    features({ image_features: found }, [size]) {
      const views = count(tile(size as ImageSize, config, side));
      const tokens = found?.dims.at(-2) ?? 0;
      if (tokens !== perSide * perSide || found?.dims.at(-3) !== views) {
        throw new AppError(
          "MODEL_UNREADABLE",
          `The vision part gives features of shape [${found?.dims}] where ${views} tiles of ${perSide * perSide} tokens are needed: check preprocessor_config.json.`,
        );
      }
      return [floatsOf(found).slice()];
    },
    featuresGradient(gradient, size, d) {
      return floatTensor(gradient, [count(tile(size, config, side)), perSide * perSide, d]);
    },
    geometryFor({ width, height }) {
      const affine: [number, number, number, number, number, number] = [width, 0, 0, height, 0, 0];
      return { id: `base-${width}x${height}`, view: "base", rows: perSide, cols: perSide, affine, resize: "tile" };
    },
  };
}

interface Tiling {
  /** Rows and columns of tiles; none when the image is one tile. */
  rows: number;
  cols: number;
  /** Sizes that the image is resized to, one after the other. */
  steps: ImageSize[];
}

function tile(image: ImageSize, config: TilesConfig, side: number): Tiling {
  const first = config.do_resize ? bounded(toLongest(image, config.size.longest_edge)) : image;
  if (!config.do_image_splitting) return { rows: 0, cols: 0, steps: [first, { width: side, height: side }] };
  const second = toTiles(first, side);
  const one = second.width <= side && second.height <= side;
  return {
    rows: one ? 0 : second.height / side,
    cols: one ? 0 : second.width / side,
    steps: [first, second],
  };
}

/** `_resize_output_size_rescale_to_max_len`: the other side becomes even. */
function toLongest({ width, height }: ImageSize, max: number): ImageSize {
  const even = (x: number) => Math.max(1, Math.trunc(x) + (Math.trunc(x) % 2));
  const ratio = width / height;
  return width >= height ? { width: max, height: even(max / ratio) } : { width: even(max * ratio), height: max };
}

function bounded({ width, height }: ImageSize): ImageSize {
  if (Math.max(width, height) <= MAX_SIDE) return { width, height };
  const ratio = width / height;
  const cutSide = (x: number) => Math.max(1, Math.trunc(x));
  return width >= height
    ? { width: MAX_SIDE, height: cutSide(MAX_SIDE / ratio) }
    : { width: cutSide(MAX_SIDE * ratio), height: MAX_SIDE };
}

/** `resize_for_vision_encoder`: whole tiles on both sides. */
function toTiles({ width, height }: ImageSize, side: number): ImageSize {
  const whole = (x: number) => Math.ceil(x / side) * side;
  const ratio = width / height;
  if (width >= height) return { width: whole(width), height: whole(Math.trunc(whole(width) / ratio)) };
  return { width: whole(Math.trunc(whole(height) * ratio)), height: whole(height) };
}

function scaledTo(image: RgbImage, steps: readonly ImageSize[], filter: ResampleFilter): RgbImage {
  return steps.reduce<RgbImage>((from, { width, height }) => resample(from, width, height, filter), image);
}

function tileBoxes({ rows, cols }: Tiling, row: number, col: number, n: number, side: number, image: ImageSize) {
  const scale = { x: image.width / (cols * side), y: image.height / (rows * side) };
  return gridBoxes(n, n, { width: side, height: side, left: col * side, top: row * side, scale }, image);
}
