import type { Ink } from "@/lib/media/sign";
import type { ModelCard } from "@/lib/saes/schema";
import type { ImageInfo } from "@/lib/samples/schema";

/** Looks of the letters. */
export const WORD_INKS = ["dark", "light", "bare"] as const satisfies readonly Ink[];

/** Letters that a word may have. */
export const MOST_LETTERS = 24;

/** Where a sign lies and how it looks when nothing else is said: per cent of the image, and of its shorter side. */
export const WORD_DEFAULTS = { x: 50, y: 50, size: 18, ink: "dark", show: "word" } as const;

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
