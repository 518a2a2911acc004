import type { Feature } from "@/lib/features/schema";
import type { Geometry, ImageInfo } from "@/lib/samples/schema";

/** Where one of the compared features fires on a shared image. */
export interface SharedRegion {
  /** Place of the feature on the page, 0-based. */
  slot: number;
  /** Base64 codes, one byte per cell of the geometry. */
  codes: string;
  scale: number;
  peak: number;
  aRef: number;
  geometry: Geometry;
}

/** An image that is evidence for two or more of the features. */
export interface SharedImage {
  image: ImageInfo;
  regions: SharedRegion[];
}

export interface ComparePageData {
  /** In the order of the address. */
  features: Feature[];
  shared: SharedImage[];
  /** All images that two or more of them share as evidence. */
  nShared: number;
  /** Refs of the address that name no feature. */
  missing: string[];
}
