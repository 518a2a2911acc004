import type { FeatureRow } from "@/lib/features/list/schema";
import type { Geometry, ImageInfo } from "@/lib/samples/schema";
import type { RecipeCard, SavedRecipe } from "./recipes/types";

/** A model that can answer, as the desk needs it. */
export interface DeskModel {
  slug: string;
  title: string;
  seesImages: boolean;
  /** Its base view of an image, before it is placed on one. */
  geometry: Geometry | null;
}

/** What the desk shows of a feature, by its name below the model: `sae/index`. */
export type DeskFeature = Pick<FeatureRow, "ref" | "index" | "label" | "status" | "aRef" | "max" | "strip">;

export type DeskImage = Pick<ImageInfo, "sha" | "width" | "height" | "alt">;

export interface DeskData {
  models: DeskModel[];
  features: DeskFeature[];
  image: DeskImage | null;
  samples: DeskImage[];
  recipes: { suggested: RecipeCard[]; saved: SavedRecipe[] };
}
