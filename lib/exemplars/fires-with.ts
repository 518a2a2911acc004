import { ROW_IMAGE, type SampleCodes } from "@/lib/exemplars/codes";
import { HeavyHitters } from "@/lib/exemplars/heavy-hitters";
import type { SamplePeaks } from "@/lib/exemplars/peaks";
import { PLACES, type Place } from "@/lib/exemplars/schema";
import { StrongestFew } from "@/lib/exemplars/strongest-few";
import { wilson } from "@/lib/tensor/stats";

/** Partners that count at one peak: the strongest, each on its own scale. */
export const COUNTED: Record<Place, number> = { same: 16, adjacent: 16, elsewhere: 32 };
/** Counters per feature: with 64 peaks a partner that was there in 11 of them is always found. */
const COUNTERS: Record<Place, number> = { same: 96, adjacent: 96, elsewhere: 192 };
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

/**
 * What fires with a feature, by place. Unit is the peak: the cell of an image where a feature is strongest, for up to 64
 * images of each feature (lib/exemplars/drawn.ts). At a peak of j another feature k is in the `same` cell, in an `adjacent` one (8 neighbours,
 * not the same), or `elsewhere` in the image, whichever is nearest. With P over the peaks of all features,
 * lift = P(j, k) / (P(j) P(k)) = (share of j's peaks with k there) / (share of all peaks with k there). Peaks, not cells,
 * are counted because the cells of one image are not independent, and because things lie in the middle of images.
 *
 * Bounded: at each peak only the strongest partners count (COUNTED, by value / reference strength), in HeavyHitters, so
 * that n is never overstated and exact where a feature has fewer partners than counters. Memory: 2.3 kB a feature.
 */
export class FiresWith {
  private readonly found: Record<Place, HeavyHitters>;
  /** How often each feature was there at a peak of another one, [n]. */
  private readonly base: Record<Place, Uint32Array>;
  private readonly peaksOf: Uint16Array; // [n] peaks looked at
  private total = 0;
  private readonly rowOf: Int32Array; // [cells] row of each cell in the sample at hand, -1 if it was skipped
  private readonly stamp: Uint32Array; // [n] peak at which a feature was last seen in the cell or next to it
  private clock = 0;
  private readonly few: StrongestFew;

  /**
   * @param aRef reference strength of each feature, [n]
   * @param eligible whether a feature fires often enough to be looked at
   */
  constructor(
    readonly grid: { rows: number; cols: number },
    private readonly aRef: Float32Array,
    private readonly eligible: (feature: number) => boolean,
  ) {
    const n = aRef.length;
    this.found = perPlace((place) => new HeavyHitters(n, COUNTERS[place]));
    this.base = perPlace(() => new Uint32Array(n));
    this.peaksOf = new Uint16Array(n);
    this.rowOf = new Int32Array(grid.rows * grid.cols);
    this.stamp = new Uint32Array(n);
    this.few = new StrongestFew(n);
  }

  /**
   * Adds one sample; `peaks` must have scanned it.
   * @param drawn whether the sample is among those looked at for a feature
   */
  add(codes: SampleCodes, peaks: SamplePeaks, drawn: (feature: number) => boolean): void {
    if (peaks.imageRows === 0) return;
    const features: number[] = [];
    for (let i = 0; i < peaks.nTouched; i++) {
      const f = peaks.touched[i] as number;
      if ((peaks.imagePeak[f] as number) > 0 && this.eligible(f)) features.push(f);
    }
    const mine = features.filter(drawn);
    if (mine.length === 0) return;
    this.rowOf.fill(-1);
    for (let r = 0; r < codes.rows; r++) if (codes.kind[r] === ROW_IMAGE) this.rowOf[codes.at[r] as number] = r;
    const strength = (f: number) => (peaks.imagePeak[f] as number) / (this.aRef[f] as number);
    features.sort((a, b) => strength(b) - strength(a) || a - b);
    for (const f of mine) this.look(f, peaks.imagePeakAt[f] as number, codes, features);
  }

  /** Partners of a feature, by place, those with the surest lift first. */
  of(feature: number): { peaks: number; places: Record<Place, Partner[]> } {
    const peaks = this.peaksOf[feature] as number;
    const partners = (place: Place): Partner[] =>
      this.found[place]
        .of(feature)
        .flatMap(({ item, count }) => {
          const chance = (this.base[place][item] as number) / this.total;
          const lo = (wilson(count, peaks, STRICT)?.lo ?? 0) / chance;
          const partner = { index: item, lift: count / peaks / chance, lo, n: count };
          return count >= MIN_TOGETHER && lo > 1 ? [partner] : [];
        })
        .sort((a, b) => b.lo - a.lo || a.index - b.index)
        .slice(0, SHOWN);
    return { peaks, places: perPlace(partners) };
  }

  private look(f: number, cell: number, codes: SampleCodes, byStrength: readonly number[]): void {
    this.peaksOf[f] = (this.peaksOf[f] as number) + 1;
    this.total++;
    this.clock++;
    this.stamp[f] = this.clock;
    this.gather(cell, codes);
    this.count(f, "same");
    const { rows, cols } = this.grid;
    const row = Math.floor(cell / cols);
    const col = cell % cols;
    // What lies in the cell is stamped by now, so that only what does not is gathered around it.
    const inside = this.clock++;
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) {
        if (r !== row || c !== col) this.gather(r * cols + c, codes, inside);
      }
    }
    this.count(f, "adjacent");
    let left = COUNTED.elsewhere;
    for (let i = 0; i < byStrength.length && left > 0; i++) {
      const k = byStrength[i] as number;
      if ((this.stamp[k] as number) >= inside) continue;
      left--;
      this.note(f, k, "elsewhere");
    }
  }

  /** Offers what fires in a cell; features stamped with `inside` were there already. */
  private gather(cell: number, codes: SampleCodes, inside?: number): void {
    const r = this.rowOf[cell] as number;
    if (r < 0) return;
    for (let i = r * codes.k; i < (r + 1) * codes.k; i++) {
      const v = codes.value[i] as number;
      const k = codes.index[i] as number;
      if (!(v > 0) || !this.eligible(k)) continue;
      const stamp = this.stamp[k] as number;
      if (stamp === inside || (inside === undefined && stamp === this.clock)) continue;
      this.stamp[k] = this.clock;
      this.few.offer(k, v / (this.aRef[k] as number));
    }
  }

  private count(f: number, place: Place): void {
    for (const k of this.few.take(COUNTED[place])) this.note(f, k, place);
  }

  private note(f: number, k: number, place: Place): void {
    this.found[place].add(f, k);
    const base = this.base[place];
    base[k] = (base[k] as number) + 1;
  }
}

function perPlace<T>(make: (place: Place) => T): Record<Place, T> {
  return Object.fromEntries(PLACES.map((place) => [place, make(place)])) as Record<Place, T>;
}
