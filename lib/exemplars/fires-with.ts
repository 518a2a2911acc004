import type { SampleCodes } from "@/lib/exemplars/codes";
import { COUNTED, type PeakCompany, perPlace } from "@/lib/exemplars/peak-company";
import type { SamplePeaks } from "@/lib/exemplars/peaks";
import type { Place } from "@/lib/exemplars/schema";
import { wilson } from "@/lib/tensor/stats";

/** A partner must have been there at so many peaks. */
export const MIN_TOGETHER = 10;
const SHOWN = 8;
/** Normal quantile of a 99.9 % interval. */
const STRICT = 3.29;

/** A feature that fires where another one peaks. */
export interface Partner {
  index: number;
  /** P(j, k) / (P(j) P(k)) over the peaks looked at. */
  lift: number;
  /** Lower end of its 99.9 % interval: so strict because every feature is tried. */
  lo: number;
  /** Peaks of the feature at which the partner was there. */
  n: number;
}

/** Partners of a feature by place, those with the surest lift first, and the peaks that were looked at. */
export interface Partners {
  peaks: number;
  places: Record<Place, Partner[]>;
}

/**
 * What fires with a feature, by place (PeakCompany), on one ground: images or texts. Unit is the peak, for up to 64 images or
 * texts of each feature (lib/exemplars/drawn.ts). With P over the peaks of all features,
 * lift = P(j, k) / (P(j) P(k)) = (share of j's peaks with k there) / (share of all peaks with k there). Peaks, not cells,
 * are counted because the cells of one image are not independent, and because things lie in the middle of images.
 *
 * Every count is exact. The second pass counts how often each feature is there at all (14 bytes a feature); partners are
 * written down in the third, for a slice of features at a time (`slice`).
 */
export class FiresWith {
  /** How often each feature was there at a peak of another one, [n]. */
  private readonly base: Record<Place, Uint32Array>;
  private readonly peaksOf: Uint16Array; // [n] peaks looked at
  private total = 0;

  constructor(
    n: number,
    private readonly company: PeakCompany,
  ) {
    this.base = perPlace(() => new Uint32Array(n));
    this.peaksOf = new Uint16Array(n);
  }

  /** Second pass, one sample; `peaks` must have scanned it, and the same samples must be wanted in the third pass. */
  add(codes: SampleCodes, peaks: SamplePeaks, wanted: (feature: number) => boolean): void {
    const { base, peaksOf } = this;
    this.company.visit(codes, peaks, wanted, {
      peak: (f) => {
        peaksOf[f] = (peaksOf[f] as number) + 1;
        this.total++;
      },
      partner: (place, _, k) => {
        base[place][k] = (base[place][k] as number) + 1;
      },
    });
  }

  /** Begins the third pass for the features [from, to). */
  slice(from: number, to: number): FiresWithSlice {
    const chance = (place: Place, k: number) => (this.base[place][k] as number) / this.total;
    return new FiresWithSlice(from, this.peaksOf.subarray(from, to), this.company, chance);
  }
}

/** Partners of a slice of features. Memory: 4 bytes for each partner that counts, 16 kB for a feature with 64 peaks. */
export class FiresWithSlice {
  /** Partners of a feature lie at start[f] x COUNTED and on, as many as `size` says. */
  private readonly start: Uint32Array; // [features of the slice], in peaks
  private readonly seen: Record<Place, Uint32Array>; // [peaks of the slice, COUNTED]
  private readonly size: Record<Place, Uint16Array>; // [features of the slice]

  constructor(
    private readonly from: number,
    private readonly peaksOf: Uint16Array,
    private readonly company: PeakCompany,
    /** Share of the peaks of all features at which a feature is there. */
    private readonly chance: (place: Place, feature: number) => number,
  ) {
    this.start = new Uint32Array(peaksOf.length);
    let peaks = 0;
    for (let i = 0; i < peaksOf.length; i++) {
      this.start[i] = peaks;
      peaks += peaksOf[i] as number;
    }
    this.seen = perPlace((place) => new Uint32Array(peaks * COUNTED[place]));
    this.size = perPlace(() => new Uint16Array(peaksOf.length));
  }

  /** Third pass, one sample; `peaks` must have scanned it. */
  add(codes: SampleCodes, peaks: SamplePeaks, wanted: (feature: number) => boolean): void {
    const { from, start, seen, size, peaksOf } = this;
    const inSlice = (f: number) => f >= from && f < from + peaksOf.length && wanted(f);
    this.company.visit(codes, peaks, inSlice, {
      peak: () => {},
      partner: (place, f, k) => {
        const at = size[place][f - from] as number;
        seen[place][(start[f - from] as number) * COUNTED[place] + at] = k;
        size[place][f - from] = at + 1;
      },
    });
  }

  /** @param feature one of the slice */
  of(feature: number): Partners {
    const peaks = this.peaksOf[feature - this.from] as number;
    return { peaks, places: perPlace((place) => this.partnersOf(feature, place, peaks)) };
  }

  private partnersOf(feature: number, place: Place, peaks: number): Partner[] {
    const at = (this.start[feature - this.from] as number) * COUNTED[place];
    const seen = this.seen[place].slice(at, at + (this.size[place][feature - this.from] as number)).sort();
    const out: Partner[] = [];
    for (let i = 0; i < seen.length; ) {
      const index = seen[i] as number;
      const first = i;
      while (i < seen.length && seen[i] === index) i++;
      const n = i - first;
      const chance = this.chance(place, index);
      const lo = (wilson(n, peaks, STRICT)?.lo ?? 0) / chance;
      if (n >= MIN_TOGETHER && lo > 1) out.push({ index, lift: n / peaks / chance, lo, n });
    }
    return out.sort((a, b) => b.lo - a.lo || a.index - b.index).slice(0, SHOWN);
  }
}
