import type { ModelCard } from "@/lib/saes/schema";
import type { TraceResult } from "./schema";

export interface ImageSize {
  width: number;
  height: number;
}

export interface TraceImage extends ImageSize {
  sha: string;
  alt: string;
}

/** A question about a stored image whose true answer is known. */
export interface Starter extends TraceImage {
  question: string;
  truth: string;
}

/** What the desk starts from. */
export interface TraceDeskData {
  /** Models that answer and have an SAE. */
  models: ModelCard[];
  starters: Starter[];
  /** Images to choose from. */
  samples: TraceImage[];
  /** Size of the image in the address, when it is stored. */
  size: ImageSize | null;
}

/** What the permanent page of a trace shows. */
export interface TraceRunData {
  /** Null until the run is done. */
  result: TraceResult | null;
  size: ImageSize | null;
}
