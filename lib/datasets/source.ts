import type { Mask } from "@/lib/datasets/mask";
import type { ImageTruth, TextTruth } from "@/lib/datasets/schema";
import type { RgbImage } from "@/lib/media/image";

/** One item of a source. Corrupt items are counted and skipped. */
export type SourceItem =
  | {
      kind: "image";
      image: RgbImage;
      /** The original file; images that a generator makes have none and are stored losslessly. */
      original: Uint8Array | null;
      caption: string | null;
      tags: string[];
      truth: ImageTruth | null;
      mask: Mask | null;
    }
  | { kind: "text"; text: string; tags: string[]; truth: TextTruth | null }
  | { kind: "corrupt"; name: string; reason: string };

/** A place that samples come from. Items are read by their number, so an interrupted ingest goes on where it stopped. */
export interface Source {
  total: number;
  title: string;
  licence: string;
  origin: string;
  item(ordinal: number): Promise<SourceItem>;
}
