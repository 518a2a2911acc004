import type { RgbImage } from "@/lib/media/image";
import type { Tensor } from "@/lib/model/session";
import type { Box, Geometry } from "@/lib/model/types";

export interface ImageSize {
  width: number;
  height: number;
}

/** One position of what stands for an image in the prompt. */
export interface PromptToken {
  id: number;
  /** True when a row of the vision part's features takes the place of the word embedding. */
  feature: boolean;
  /** What it sees of the image; null for line ends and markers. */
  box: Box | null;
  /** Row-major cell in the base view. */
  cell?: number;
}

/** How an image of a certain size enters a model. */
export interface ImageLayout {
  tokens: readonly PromptToken[];
  /** Patches as the tower has them, view by view, without class tokens. */
  views: readonly (readonly (Box | null)[])[];
  /** Rows and columns that the features fill, where rotary positions ask for them. */
  grid: { rows: number; cols: number };
}

/** Turns images into inputs of the vision part and its outputs into rows for the decoder, as one family does. */
export interface ImageReader {
  /** Images that may run together: any number, or one when their tensors differ in shape. */
  batch: "any" | "one";
  layout(size: ImageSize): ImageLayout;
  /** Inputs of the vision part. */
  feeds(images: readonly RgbImage[]): Record<string, Tensor>;
  /** Rows [feature tokens, d] of each image. @throws AppError MODEL_UNREADABLE when the outputs have another size. */
  features(outputs: Readonly<Record<string, Tensor>>, sizes: readonly ImageSize[]): Float32Array[];
  /** The adjoint of `features` for one image: gradients of its rows [feature tokens, d], as gradients of `image_features`. */
  featuresGradient(rows: Float32Array, size: ImageSize, d: number): Tensor;
  /** Where the base view lies on the image. */
  geometryFor(size: ImageSize): Geometry;
}
