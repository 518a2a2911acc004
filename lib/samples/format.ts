import { placeGeometry } from "@/lib/media/place-view";
import type { Geometry, ImageInfo } from "./schema";

/** A model's base view as it lies on an image; browser safe. */
export function geometryOn(view: Geometry, image: Pick<ImageInfo, "width" | "height">): Geometry {
  return placeGeometry(view, image.width, image.height);
}
