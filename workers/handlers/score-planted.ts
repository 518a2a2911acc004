import { type Claim, claimOf, speakOfSame } from "@/lib/autointerp/claim";
import type { EvidenceRow, ScoredFeature } from "@/lib/autointerp/data";
import type { CellKeys } from "@/lib/autointerp/iou";
import { termsOfLabel } from "@/lib/autointerp/label-terms";
import type { TermKind } from "@/lib/autointerp/schema";
import { labelOf } from "@/lib/autointerp/terms";
import type { Rng } from "@/lib/core/rng";
import { ROW_IMAGE, type SampleCodes } from "@/lib/exemplars/codes";

/** Neighbours of a planted feature: others of its kind. */
const NEIGHBOURS = 10;

/** The kind and term of a key of lib/autointerp/iou.ts: "thing:sad face" is a face. */
function termOfKey(key: string): { kind: TermKind; term: string } {
  const [kind, ...rest] = key.split(":") as [string, ...string[]];
  const term = rest.join(":");
  if (kind === "thing") return { kind: term.endsWith(" face") ? "face" : "object", term };
  return { kind: kind as TermKind, term };
}

/** The true explanation of a feature whose concept is known, as the words that a judge is asked about; null where it knows none. */
export function claimOfKey(key: string): Claim | null {
  const text = labelOf(termOfKey(key));
  const terms = termsOfLabel(text, "image");
  // "The sea" cannot be asked for, and a map's land is no name of a thing.
  if (!terms || key === "thing:land" || terms.some((t) => t.kind === "sea")) return null;
  return claimOf({ text, support: null }, 1);
}

/** A false explanation: another concept of the same kind. Null when there is none. */
export function falseClaim(key: string, keys: readonly string[], rng: Rng): Claim | null {
  const own = claimOfKey(key);
  if (!own) return null;
  const others = [...new Set(keys)]
    .filter((other) => termOfKey(other).kind === termOfKey(key).kind)
    .flatMap((other) => claimOfKey(other) ?? [])
    .filter((claim) => !speakOfSame(claim, own));
  return others.length === 0 ? null : rng.pick(others);
}

/** An image whose truth is known. */
export interface PlantedImage {
  /** Dense index in the corpus. */
  sample: number;
  sampleId: number;
  cells: CellKeys;
}

/**
 * Features whose activation is the mask of a known concept, one for each concept: what scorers say about them must be right.
 * They come with codes, exemplars and neighbours, as those of an SAE do.
 */
export class Planted {
  readonly keys: string[];
  readonly features: ScoredFeature[];
  private readonly indexOf: Map<string, number>;

  /** @param fewest images in which a concept must be shown */
  constructor(
    private readonly images: readonly PlantedImage[],
    fewest: number,
    rng: Rng,
  ) {
    const counts = new Map<string, number>();
    for (const { cells } of images) {
      for (const key of new Set(cells.flat())) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const enough = [...counts].filter(([key, n]) => n >= fewest && n <= images.length / 2 && claimOfKey(key));
    this.keys = enough.map(([key]) => key).sort();
    this.indexOf = new Map(this.keys.map((key, i) => [key, i]));
    this.features = this.keys.map((key, index) => {
      const kin = this.keys.flatMap((k, i) => (i !== index && termOfKey(k).kind === termOfKey(key).kind ? [i] : []));
      const neighbours = rng.shuffle(kin).slice(0, NEIGHBOURS);
      return {
        ...{ index, kind: termOfKey(key).kind, density: (counts.get(key) ?? 0) / images.length, imageShare: 1 },
        ...{ histogram: {}, relations: null, explanations: [] },
        neighbours: neighbours.map((n) => ({ index: n, cosine: 0 })),
      };
    });
  }

  /** The codes of all images: value 1 wherever a concept is shown. */
  *codes(): Generator<SampleCodes> {
    let k = 1;
    for (const { cells } of this.images) for (const keys of cells) k = Math.max(k, keys.length);
    for (const { sample, cells } of this.images) {
      const rows = cells.length;
      const index = new Int32Array(rows * k);
      const value = new Float32Array(rows * k);
      cells.forEach((keys, cell) => {
        keys.forEach((key, i) => {
          const feature = this.indexOf.get(key);
          if (feature === undefined) return;
          index[cell * k + i] = feature;
          value[cell * k + i] = 1;
        });
      });
      yield {
        ...{ sample, rows, k, index, value, kind: new Uint8Array(rows).fill(ROW_IMAGE) },
        at: Int32Array.from({ length: rows }, (_, cell) => cell),
        ...{ m: 0, nextIndex: new Int32Array(0), nextValue: new Float32Array(0) },
      };
    }
  }

  /** The images that show a feature's concept, largest first, all of them held out. */
  exemplars(feature: number): EvidenceRow[] {
    const key = this.keys[feature] as string;
    return this.images
      .flatMap(({ sampleId, cells }): EvidenceRow[] => {
        const grid = Uint8Array.from(cells, (keys) => (keys.includes(key) ? 255 : 0));
        const area = grid.reduce((sum, q) => sum + Number(q > 0), 0) / grid.length;
        if (area === 0) return [];
        return [
          {
            ...{ saeId: "planted", index: feature, band: "top", rank: 0, sampleId, pool: "score", peak: 1 },
            ...{ peakAt: grid.indexOf(255), mean: area, area, grid, scale: 1, tokens: [], offset: 0, why: null },
            ...{ nearDuplicates: 0, resembles: null },
          },
        ];
      })
      .sort((a, b) => b.area - a.area);
  }
}
