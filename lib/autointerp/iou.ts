import type { Overlap } from "@/lib/autointerp/statistics";
import type { Term } from "@/lib/autointerp/terms";
import { groundOf, type ImageTruth } from "@/lib/datasets/schema";

/** Share of image positions that a feature's mask holds (NetDissect, arXiv 1704.05796). */
const MASK_SHARE = 0.005;

/** Threshold T with P(z > T) = 0.005 over the image positions, from a log histogram; 0 for sparser features. */
export function maskThreshold(
  histogram: { edges: readonly number[]; image: readonly number[] },
  positions: number,
): number {
  const target = MASK_SHARE * positions;
  let above = 0;
  for (let b = histogram.image.length - 1; b >= 0; b--) {
    const here = histogram.image[b] as number;
    if (above + here >= target && here > 0) {
      const lo = histogram.edges[b] as number;
      const hi = histogram.edges[b + 1] as number;
      return lo * (hi / lo) ** (1 - (target - above) / here);
    }
    above += here;
  }
  return 0;
}

/** Keys of what labels and true regions name: equal keys mean the same thing. */
export function labelKeys(terms: readonly Pick<Term, "kind" | "term">[]): string[] {
  return terms.map(({ kind, term }) =>
    ["word", "country", "color", "texture", "sea"].includes(kind) ? `${kind}:${term}` : `thing:${term}`,
  );
}

export function objectKey(object: { kind: string; concept: string }): string {
  if (object.kind === "word" || object.kind === "country") return `${object.kind}:${object.concept.toLowerCase()}`;
  return `thing:${object.kind === "land" ? "land" : object.concept.toLowerCase()}`;
}

/** True regions of one image: for each cell of the grid the keys that hold there. */
export type CellKeys = readonly (readonly string[])[];

/** @param ids id of what covers most of each cell, 0 = background, [cells] */
export function cellKeys(truth: ImageTruth, ids: Uint8Array): CellKeys {
  const ground = groundOf(truth).map(({ kind, term }) => `${kind}:${term}`);
  const keys = new Map(truth.objects.map((o) => [o.id, [objectKey(o)]]));
  return Array.from(ids, (id) => (id === 0 ? ground : (keys.get(id) ?? [])));
}

/** Rows of one image's codes, as far as overlaps need them. */
interface CellCodes {
  rows: number;
  k: number;
  at: ArrayLike<number>; // cell of each row
  index: ArrayLike<number>; // [rows, k]
  value: ArrayLike<number>; // [rows, k]
}

interface Mask {
  sampleId: number;
  cells: number;
  hits: Map<string, number>;
}

/**
 * Overlaps of features' patch-exact masks with true regions, summed image by image in one pass. A mask is remembered by
 * what lies under it, so a label and its control are scored from the same masks.
 */
export class Overlaps {
  private readonly masks = new Map<number, Mask[]>();
  private readonly regions = new Map<string, Map<number, number>>();

  /** @param thresholds of the features to score; others are passed over */
  constructor(private readonly thresholds: ReadonlyMap<number, number>) {}

  add(sampleId: number, codes: CellCodes, isImageRow: (r: number) => boolean, cells: CellKeys): void {
    for (const keys of cells) {
      for (const key of keys) {
        const known = this.regions.get(key) ?? new Map<number, number>();
        known.set(sampleId, (known.get(sampleId) ?? 0) + 1);
        this.regions.set(key, known);
      }
    }
    const here = new Map<number, Mask>();
    for (let r = 0; r < codes.rows; r++) {
      if (!isImageRow(r)) continue;
      const keys = cells[codes.at[r] as number] ?? [];
      for (let i = r * codes.k; i < (r + 1) * codes.k; i++) {
        const f = codes.index[i] as number;
        const threshold = this.thresholds.get(f);
        const v = codes.value[i] as number;
        if (threshold === undefined || !(v > threshold)) continue;
        const mask = here.get(f) ?? { sampleId, cells: 0, hits: new Map<string, number>() };
        mask.cells++;
        for (const key of keys) mask.hits.set(key, (mask.hits.get(key) ?? 0) + 1);
        here.set(f, mask);
      }
    }
    for (const [f, mask] of here) {
      const known = this.masks.get(f);
      if (known) known.push(mask);
      else this.masks.set(f, [mask]);
    }
  }

  /** True when some image shows any of these. */
  knows(keys: readonly string[]): boolean {
    return keys.some((key) => this.regions.has(key));
  }

  /** Overlap of a feature's mask with the region of `keys` in every image where either is not empty. */
  of(feature: number, keys: readonly string[]): (Overlap & { sampleId: number })[] {
    const region = new Map<number, number>();
    for (const key of keys) {
      for (const [sampleId, n] of this.regions.get(key) ?? []) region.set(sampleId, (region.get(sampleId) ?? 0) + n);
    }
    const out: (Overlap & { sampleId: number })[] = [];
    for (const { sampleId, cells, hits } of this.masks.get(feature) ?? []) {
      const intersection = keys.reduce((sum, key) => sum + (hits.get(key) ?? 0), 0);
      out.push({ sampleId, intersection, union: cells + (region.get(sampleId) ?? 0) - intersection });
      region.delete(sampleId);
    }
    for (const [sampleId, n] of region) out.push({ sampleId, intersection: 0, union: n });
    return out;
  }
}
