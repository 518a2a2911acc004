import type { Codes } from "@/lib/sae/sae";

/** Which half of the held-out scenes a region belongs to: detectors are chosen on one and stated on the other. */
export type Half = 0 | 1;

/**
 * Regions of scenes with known truth and how strongly each feature fires in them: an object with its patches, a piece of
 * background, or a single patch. Stored flat, 8 bytes per (region, feature) pair.
 */
export interface ConceptRegions {
  nFeatures: number;
  nRegions: number;
  half: Growing<Uint8Array>; // [regions]
  conceptEnd: Growing<Uint32Array>; // [regions] end of its entries in `concept`
  concept: Growing<Uint32Array>; // concept ids, several per region are allowed, none makes it a pure negative
  peakEnd: Growing<Uint32Array>; // [regions] end of its entries in `feature` and `peak`
  feature: Growing<Uint32Array>;
  peak: Growing<Float32Array>; // > 0
}

type Numbers = Uint8Array | Uint32Array | Float32Array;

/** A typed array that doubles when full; `data` is valid up to `length`. */
export interface Growing<T extends Numbers> {
  data: T;
  length: number;
}

export function createRegions(nFeatures: number): ConceptRegions {
  return {
    nFeatures,
    nRegions: 0,
    half: { data: new Uint8Array(1024), length: 0 },
    conceptEnd: { data: new Uint32Array(1024), length: 0 },
    concept: { data: new Uint32Array(1024), length: 0 },
    peakEnd: { data: new Uint32Array(1024), length: 0 },
    feature: { data: new Uint32Array(65_536), length: 0 },
    peak: { data: new Float32Array(65_536), length: 0 },
  };
}

function push<T extends Numbers>(list: Growing<T>, value: number): void {
  if (list.length === list.data.length) {
    const wider = new (list.data.constructor as new (length: number) => T)(2 * list.length);
    wider.set(list.data);
    list.data = wider;
  }
  list.data[list.length++] = value;
}

/** Adds one region: its concept ids and its features with their peaks; peaks of 0 are skipped. */
export function addRegion(
  regions: ConceptRegions,
  region: { half: Half; concepts: readonly number[]; features: ArrayLike<number>; peaks: ArrayLike<number> },
): void {
  for (const id of region.concepts) push(regions.concept, id);
  for (let t = 0; t < region.features.length; t++) {
    if (!(region.peaks[t]! > 0)) continue;
    if (region.features[t]! >= regions.nFeatures)
      throw new RangeError(`feature ${region.features[t]} of ${regions.nFeatures}`);
    push(regions.feature, region.features[t]!);
    push(regions.peak, region.peaks[t]!);
  }
  push(regions.half, region.half);
  push(regions.conceptEnd, regions.concept.length);
  push(regions.peakEnd, regions.feature.length);
  regions.nRegions++;
}

/** Concept ids of a region. */
export function conceptsOf({ concept, conceptEnd }: ConceptRegions, region: number): Uint32Array {
  return concept.data.subarray(region === 0 ? 0 : conceptEnd.data[region - 1], conceptEnd.data[region]);
}

/** First entry of a region's features; the last is peakEnd.data[region] - 1. */
export const firstPeak = ({ peakEnd }: ConceptRegions, region: number): number =>
  region === 0 ? 0 : peakEnd.data[region - 1]!;

export interface RegionPeaks {
  features: number[];
  peaks: number[];
}

/**
 * Peak of every active feature over the rows of each region of one image. `regionOfRow[r]` is a region number below
 * `nRegions`, or -1 for rows outside all regions.
 */
export function regionPeaks(codes: Codes, regionOfRow: ArrayLike<number>, nRegions: number): RegionPeaks[] {
  const best = Array.from({ length: nRegions }, () => new Map<number, number>());
  for (let r = 0; r < codes.rows; r++) {
    const peaks = best[regionOfRow[r]!];
    if (!peaks) continue;
    for (let t = r * codes.k; t < (r + 1) * codes.k; t++) {
      const value = codes.value[t]!;
      const feature = codes.index[t]!;
      if (value > (peaks.get(feature) ?? 0)) peaks.set(feature, value);
    }
  }
  return best.map((peaks) => ({ features: [...peaks.keys()], peaks: [...peaks.values()] }));
}
