import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import type { RgbImage } from "@/lib/media/image";
import { gridBoxes, wholeBoxes } from "@/lib/model/images/boxes";
import { cut, levels, pixelSchema, pixelsInto } from "@/lib/model/images/pixels";
import type { ImageReader, ImageSize, PromptToken } from "@/lib/model/images/reader";
import type { TokenOf } from "@/lib/model/images/single";
import { type ResampleFilter, resample } from "@/lib/model/resample";
import { floatsOf, floatTensor, type Tensor } from "@/lib/model/session";

const edges = z.union([
  z.object({ height: z.int().positive(), width: z.int().positive() }),
  z.object({ shortest_edge: z.int().positive() }),
]);

/** preprocessor_config.json of LLaVA-NeXT and LLaVA-OneVision. */
export const anyResSchema = pixelSchema.extend({
  size: edges,
  image_grid_pinpoints: z.array(z.tuple([z.int().positive(), z.int().positive()])).min(1),
});

export interface AnyResConfig extends z.infer<typeof anyResSchema> {
  /** Grids of more cells than this many crops have are shrunk (LLaVA-OneVision's `anyres_max_N`). */
  maxCrops?: number;
}

/** How an image lies on the canvas that its crops tile. */
interface Canvas {
  /** Crops down and across. */
  down: number;
  across: number;
  /** The resized image and its place on the canvas, in pixels. */
  size: ImageSize;
  left: number;
  top: number;
  /** Cells that remain without padding, in patches. */
  cells: { top: number; left: number; rows: number; cols: number };
  /** Rows and columns of the packed grid. */
  grid: { rows: number; cols: number };
}

/**
 * Reads images as LLaVA-NeXT and LLaVA-OneVision do: once whole, and once as crops of a canvas of the resolution that fits
 * best, of which the features without padding are laid out line by line with a newline vector after each
 * (`pack_image_features` in Hugging Face's modeling_llava_next.py and modeling_llava_onevision.py). The vision part takes
 * all views of one image, `pixel_values` [views, 3, side, side], and gives `image_features` [views, cells, d] and
 * `image_newline` [d].
 */
export function createAnyResReader(config: AnyResConfig, { imageTokenId, patch }: TokenOf): ImageReader {
  const side = "shortest_edge" in config.size ? config.size.shortest_edge : config.size.height;
  const n = side / patch;
  if (!Number.isInteger(n)) {
    throw new AppError(
      "MODEL_UNREADABLE",
      `preprocessor_config.json gives crops of ${side} pixels, which patches of ${patch} cannot tile: use the file that belongs to the model.`,
    );
  }
  const tables = levels(config);
  const filter = config.resample as ResampleFilter;
  const canvasOf = (image: ImageSize) => layOut(image, config, side, n);
  return {
    batch: "one",
    layout(image) {
      const canvas = canvasOf(image);
      const scale = { x: image.width / canvas.size.width, y: image.height / canvas.size.height };
      const whole = wholeBoxes(n, n, image);
      const { cells, grid } = canvas;
      const packed = gridBoxes(
        grid.rows,
        grid.cols,
        {
          width: cells.cols * patch,
          height: cells.rows * patch,
          scale,
          left: cells.left * patch - canvas.left,
          top: cells.top * patch - canvas.top,
        },
        image,
      );
      const tokens: PromptToken[] = whole.map((box, cell) => ({ id: imageTokenId, feature: true, box, cell }));
      packed.forEach((box, i) => {
        tokens.push({ id: imageTokenId, feature: true, box });
        if (i % grid.cols === grid.cols - 1) tokens.push({ id: imageTokenId, feature: true, box: null });
      });
      const crops = corners(canvas, side).map(([left, top]) =>
        gridBoxes(n, n, { width: side, height: side, left: left - canvas.left, top: top - canvas.top, scale }, image),
      );
      return { tokens, views: [whole, ...crops], grid };
    },
    feeds([image]) {
      const { size, left, top, ...canvas } = canvasOf(image as RgbImage);
      const fine = resample(image as RgbImage, size.width, size.height, filter);
      const views = [
        resample(image as RgbImage, side, side, filter),
        ...corners(canvas, side).map(([x, y]) => cut(fine, x - left, y - top, { width: side, height: side })),
      ];
      const values = 3 * side * side;
      const out = new Float32Array(views.length * values);
      views.forEach((view, i) => {
        pixelsInto(out, i * values, view, tables);
      });
      return { pixel_values: floatTensor(out, [views.length, 3, side, side]) };
    },
    features({ image_features: found, image_newline: newline }, [size]) {
      const canvas = canvasOf(size as ImageSize);
      const [views = 0, tokens = 0, d = 0] = found?.dims ?? [];
      if (views !== 1 + canvas.down * canvas.across || tokens !== n * n || newline?.data.length !== d) {
        throw new AppError(
          "MODEL_UNREADABLE",
          `The vision part gives ${views} views of ${tokens} tokens where ${1 + canvas.down * canvas.across} of ${n * n} and an image_newline are needed: export it with its newline vector.`,
        );
      }
      const data = floatsOf(found as Tensor);
      const lines = floatsOf(newline);
      const out = new Float32Array((n * n + canvas.grid.rows * (canvas.grid.cols + 1)) * d);
      out.set(data.subarray(0, n * n * d));
      eachPacked(canvas, n, (row, at) => {
        if (at === null) return out.set(lines, row * d);
        for (const { row: from, weight } of at) {
          for (let i = 0; i < d; i++) out[row * d + i]! += weight * data[from * d + i]!;
        }
      });
      return [out];
    },
    featuresGradient(gradient, size, d) {
      const canvas = canvasOf(size);
      const views = 1 + canvas.down * canvas.across;
      const out = new Float32Array(views * n * n * d);
      out.set(gradient.subarray(0, n * n * d));
      eachPacked(canvas, n, (row, at) => {
        for (const { row: from, weight } of at ?? []) {
          for (let i = 0; i < d; i++) out[from * d + i]! += weight * gradient[row * d + i]!;
        }
      });
      return floatTensor(out, [views, n * n, d]);
    },
    geometryFor({ width, height }) {
      return {
        id: `base-${width}x${height}`,
        view: "base",
        rows: n,
        cols: n,
        affine: [width, 0, 0, height, 0, 0],
        resize: "tile",
      };
    },
  };
}

/** Left upper corners of the crops on the canvas, row by row. */
function corners({ down, across }: Pick<Canvas, "down" | "across">, side: number): [number, number][] {
  return Array.from({ length: down * across }, (_, i) => [(i % across) * side, Math.floor(i / across) * side]);
}

function layOut(image: ImageSize, config: AnyResConfig, side: number, n: number): Canvas {
  const { width, height } = image;
  const [high, wide] = bestResolution(image, config.image_grid_pinpoints);
  const size =
    wide / width < high / height
      ? { width: wide, height: Math.min(Math.ceil((height * wide) / width), high) }
      : { width: Math.min(Math.ceil((width * high) / height), wide), height: high };
  const [down, across] = [Math.floor(high / side), Math.floor(wide / side)];
  const cells = withoutPadding(image, down * n, across * n);
  return {
    down,
    across,
    size,
    cells,
    left: Math.floor((wide - size.width) / 2),
    top: Math.floor((high - size.height) / 2),
    grid: shrunk(cells, config.maxCrops, n),
  };
}

/** The resolution that keeps most of the image and, among equals, wastes least (`select_best_resolution`), [height, width]. */
function bestResolution({ width, height }: ImageSize, choices: AnyResConfig["image_grid_pinpoints"]): [number, number] {
  let best = choices[0] as [number, number];
  let most = -1;
  let least = Infinity;
  for (const [high, wide] of choices) {
    const scale = Math.min(wide / width, high / height);
    const kept = Math.min(Math.trunc(width * scale) * Math.trunc(height * scale), width * height);
    const waste = high * wide - kept;
    if (kept < most || (kept === most && waste >= least)) continue;
    [best, most, least] = [[high, wide], kept, waste];
  }
  return best;
}

/** Cells of the canvas on which the image lies (`unpad_image`). */
function withoutPadding({ width, height }: ImageSize, rows: number, cols: number): Canvas["cells"] {
  // Python rounds to seven digits first, so that 3.9999999999 is 4.
  const whole = (x: number) => Math.trunc(Number(x.toFixed(7)));
  if (width / height > cols / rows) {
    const gap = Math.floor((rows - whole(height * (cols / width))) / 2);
    return { top: gap, left: 0, rows: rows - 2 * gap, cols };
  }
  const gap = Math.floor((cols - whole(width * (rows / height))) / 2);
  return { top: 0, left: gap, rows, cols: cols - 2 * gap };
}

function shrunk({ rows, cols }: Canvas["cells"], maxCrops: number | undefined, n: number): Canvas["grid"] {
  const ratio = maxCrops === undefined ? 1 : Math.sqrt((rows * cols) / (maxCrops * n * n));
  return ratio > 1.1 ? { rows: Math.floor(rows / ratio), cols: Math.floor(cols / ratio) } : { rows, cols };
}

/** Rows of `image_features`, flattened over views, that a row is a mean of; null for a newline. */
type Sources = readonly { row: number; weight: number }[] | null;

/** Visits the rows behind the whole view: for each, where it comes from. Shrinking is bilinear without antialiasing. */
function eachPacked(canvas: Canvas, n: number, visit: (row: number, sources: Sources) => void): void {
  const { cells, grid, across } = canvas;
  const rowOf = (y: number, x: number) => {
    const crop = Math.floor(y / n) * across + Math.floor(x / n);
    return ((1 + crop) * n + (y % n)) * n + (x % n);
  };
  const ys = taps(cells.rows, grid.rows);
  const xs = taps(cells.cols, grid.cols);
  let row = n * n;
  for (const down of ys) {
    for (const right of xs) {
      const sources = down.flatMap((y) =>
        right.map((x) => ({ row: rowOf(cells.top + y.at, cells.left + x.at), weight: y.weight * x.weight })),
      );
      visit(row++, sources);
    }
    visit(row++, null);
  }
}

/** For each of `to` places the one or two of `from` that it lies between, as torch's bilinear interpolation has it. */
function taps(from: number, to: number): { at: number; weight: number }[][] {
  return Array.from({ length: to }, (_, i) => {
    if (from === to) return [{ at: i, weight: 1 }];
    const x = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const low = Math.min(from - 1, Math.floor(x));
    const high = Math.min(from - 1, low + 1);
    return [
      { at: low, weight: 1 - (x - low) },
      { at: high, weight: x - low },
    ];
  });
}
