import type { ModelCard } from "@/lib/saes/schema";
import type { ImageInfo } from "@/lib/samples/schema";
import type { WordResult } from "./schema";

/** What the word bench starts from. */
export interface WordBenchData {
  /** Models that read images and have an SAE. */
  models: ModelCard[];
  /** Images to choose from. */
  samples: Pick<ImageInfo, "sha" | "width" | "height" | "alt">[];
  /** Size and words of the image in the address, when it is stored. */
  image: { width: number; height: number; alt: string } | null;
  /** Label of the feature in the address, when it has one. */
  label: string | null;
}

/** A result with the set-up that it answers. */
export type WordVersion = WordResult["versions"][number];
