import { hideOutside } from "@/lib/autointerp/region";
import { packRegion } from "@/lib/autointerp/stored-region";
import { samplesById } from "@/lib/datasets/data";
import type { ImageCache } from "@/lib/datasets/image-cache";
import type { RgbImage } from "@/lib/media/image";
import { placeGeometry } from "@/lib/media/place-view";
import type { Geometry } from "@/lib/model/types";

const PAGE = 5000;

/** A region of one image, as it is put before a judge. */
export interface ShownRegion {
  sampleId: number;
  cells: Uint8Array; // [rows * cols] of 0 and 1
}

/** What is left of images when all but a region is hidden. */
export class RegionImages {
  private readonly known = new Map<number, { sha: string; width: number; height: number }>();

  /** @param geometry the base view of the model whose features are scored */
  constructor(
    private readonly images: ImageCache,
    readonly geometry: Geometry,
  ) {}

  /** Learns where the images of these samples are, and how large. */
  async know(sampleIds: Iterable<number>): Promise<void> {
    const open = [...new Set(sampleIds)].filter((id) => !this.known.has(id));
    for (let from = 0; from < open.length; from += PAGE) {
      for (const [id, { sha, width, height }] of await samplesById(open.slice(from, from + PAGE))) {
        this.known.set(id, { sha, width: width ?? 1, height: height ?? 1 });
      }
    }
  }

  /** @throws AppError SAMPLE_REMOVED when the original is gone. */
  async get({ sampleId, cells }: ShownRegion): Promise<RgbImage> {
    const pixels = await this.whole(sampleId);
    return hideOutside(pixels, cells, this.placeOn(pixels.width, pixels.height));
  }

  /** Where the grid lies on an image of this size. */
  placeOn(width: number, height: number): Geometry {
    return placeGeometry(this.geometry, width, height);
  }

  whole(sampleId: number): Promise<RgbImage> {
    return this.images.get(this.known.get(sampleId)?.sha ?? "");
  }

  /** In pixels; of an image that is known. */
  sizeOf(sampleId: number): { width: number; height: number } {
    return this.known.get(sampleId) ?? { width: 1, height: 1 };
  }

  /** Names a region within a run: equal names show the same. */
  keyOf({ sampleId, cells }: ShownRegion): string {
    return `region/${sampleId}/${packRegion(cells, this.geometry).cells}`;
  }
}
