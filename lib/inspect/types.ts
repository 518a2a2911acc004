import type { ModelCard } from "@/lib/saes/schema";
import type { ImageInfo } from "@/lib/samples/schema";
import type { InspectResult } from "./schema";

/** What the desk starts from. */
export interface InspectDeskData {
  /** Models that have an SAE. */
  models: ModelCard[];
  /** Images to choose from. */
  samples: Pick<ImageInfo, "sha" | "width" | "height" | "alt">[];
  /** Size and words of the image in the address, when it is stored. */
  image: { width: number; height: number; alt: string } | null;
}

/** What the permanent page of an inspection shows. */
export interface InspectRunData extends InspectDeskData {
  /** Null until the run is done. */
  result: InspectResult | null;
}
