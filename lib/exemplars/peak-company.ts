import { ROW_IMAGE, type SampleCodes } from "@/lib/exemplars/codes";
import type { SamplePeaks } from "@/lib/exemplars/peaks";
import { PLACES, type Place } from "@/lib/exemplars/schema";
import { StrongestFew } from "@/lib/exemplars/strongest-few";

/** Partners that count at one peak: the strongest, each on its own scale. */
export const COUNTED: Record<Place, number> = { same: 16, adjacent: 16, elsewhere: 32 };

/** Told of each peak that is looked at, and of each feature that is there. */
export interface Company {
  peak(feature: number): void;
  partner(place: Place, feature: number, partner: number): void;
}

/**
 * Who is there where a feature peaks. At the peak of j, the cell of an image where it is strongest, another feature k is in
 * the `same` cell, in an `adjacent` one (8 neighbours, not the same), or `elsewhere` in the image, whichever is nearest.
 * In each place only the strongest count, by value / reference strength (COUNTED).
 * Memory: 16 bytes a feature.
 */
export class PeakCompany {
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
    this.rowOf = new Int32Array(grid.rows * grid.cols);
    this.stamp = new Uint32Array(aRef.length);
    this.few = new StrongestFew(aRef.length);
  }

  /**
   * Visits one sample; `peaks` must have scanned it.
   * @param wanted whether the sample is looked at for an eligible feature that fires on its image
   */
  visit(codes: SampleCodes, peaks: SamplePeaks, wanted: (feature: number) => boolean, company: Company): void {
    if (peaks.imageRows === 0) return;
    const features: number[] = [];
    for (let i = 0; i < peaks.nTouched; i++) {
      const f = peaks.touched[i] as number;
      if ((peaks.imagePeak[f] as number) > 0 && this.eligible(f)) features.push(f);
    }
    const mine = features.filter(wanted);
    if (mine.length === 0) return;
    this.rowOf.fill(-1);
    for (let r = 0; r < codes.rows; r++) if (codes.kind[r] === ROW_IMAGE) this.rowOf[codes.at[r] as number] = r;
    const strength = (f: number) => (peaks.imagePeak[f] as number) / (this.aRef[f] as number);
    features.sort((a, b) => strength(b) - strength(a) || a - b);
    for (const f of mine) this.look(f, peaks.imagePeakAt[f] as number, codes, features, company);
  }

  private look(f: number, cell: number, codes: SampleCodes, byStrength: readonly number[], company: Company): void {
    company.peak(f);
    this.clock++;
    this.stamp[f] = this.clock;
    this.gather(cell, codes);
    for (const k of this.few.take(COUNTED.same)) company.partner("same", f, k);
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
    for (const k of this.few.take(COUNTED.adjacent)) company.partner("adjacent", f, k);
    let left = COUNTED.elsewhere;
    for (let i = 0; i < byStrength.length && left > 0; i++) {
      const k = byStrength[i] as number;
      if ((this.stamp[k] as number) >= inside) continue;
      left--;
      company.partner("elsewhere", f, k);
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
}

/** One value for each place. */
export function perPlace<T>(make: (place: Place) => T): Record<Place, T> {
  return Object.fromEntries(PLACES.map((place) => [place, make(place)])) as Record<Place, T>;
}
