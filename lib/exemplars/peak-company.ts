import { ROW_IMAGE, ROW_TEXT, type SampleCodes } from "@/lib/exemplars/codes";
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

/** Where company is looked for: over the cells of an image's grid, or along the tokens of a text. */
export type Ground = { kind: "image"; rows: number; cols: number } | { kind: "text" };

/**
 * Who is there where a feature peaks. At the peak of j, the cell of an image or the token of a text where it is strongest,
 * another feature k is at the `same` one, at an `adjacent` one (8 cells around it, or the tokens before and after; not the
 * same), or `elsewhere` in the image or text, whichever is nearest. Tokens are those that all figures of texts count: marks
 * between turns among them, skipped rows not. In each place only the strongest count, by value / reference strength
 * (COUNTED). Memory: 16 bytes a feature.
 */
export class PeakCompany {
  private rowOf: Int32Array; // [cells or tokens] row of each in the sample at hand, -1 if it was skipped
  private readonly stamp: Uint32Array; // [n] peak at which a feature was last seen in the cell or next to it
  private clock = 0;
  private readonly few: StrongestFew;

  /**
   * @param aRef reference strength of each feature, [n]
   * @param eligible whether a feature fires often enough to be looked at
   */
  constructor(
    readonly ground: Ground,
    private readonly aRef: Float32Array,
    private readonly eligible: (feature: number) => boolean,
  ) {
    this.rowOf = new Int32Array(ground.kind === "image" ? ground.rows * ground.cols : 0);
    this.stamp = new Uint32Array(aRef.length);
    this.few = new StrongestFew(aRef.length);
  }

  /**
   * Visits one sample; `peaks` must have scanned it.
   * @param wanted whether the sample is looked at for an eligible feature that fires on its image, or in its text
   */
  visit(codes: SampleCodes, peaks: SamplePeaks, wanted: (feature: number) => boolean, company: Company): void {
    const ofImage = this.ground.kind === "image";
    if ((ofImage ? peaks.imageRows : peaks.textRows) === 0) return;
    const [peak, peakAt] = ofImage ? [peaks.imagePeak, peaks.imagePeakAt] : [peaks.textPeak, peaks.textPeakAt];
    const features: number[] = [];
    for (let i = 0; i < peaks.nTouched; i++) {
      const f = peaks.touched[i] as number;
      if ((peak[f] as number) > 0 && this.eligible(f)) features.push(f);
    }
    const mine = features.filter(wanted);
    if (mine.length === 0) return;
    this.placeRows(codes, ofImage ? ROW_IMAGE : ROW_TEXT);
    const strength = (f: number) => (peak[f] as number) / (this.aRef[f] as number);
    features.sort((a, b) => strength(b) - strength(a) || a - b);
    for (const f of mine) this.look(f, peakAt[f] as number, codes, features, company);
  }

  /** Notes the row of each cell or token; texts may be of any length. */
  private placeRows(codes: SampleCodes, kind: number): void {
    if (this.ground.kind === "text" && this.rowOf.length < codes.rows) this.rowOf = new Int32Array(2 * codes.rows);
    this.rowOf.fill(-1);
    for (let r = 0; r < codes.rows; r++) if (codes.kind[r] === kind) this.rowOf[codes.at[r] as number] = r;
  }

  private look(f: number, spot: number, codes: SampleCodes, byStrength: readonly number[], company: Company): void {
    company.peak(f);
    this.clock++;
    this.stamp[f] = this.clock;
    this.gather(spot, codes);
    for (const k of this.few.take(COUNTED.same)) company.partner("same", f, k);
    // What lies there is stamped by now, so that only what does not is gathered around it.
    const inside = this.clock++;
    for (const near of this.around(spot)) this.gather(near, codes, inside);
    for (const k of this.few.take(COUNTED.adjacent)) company.partner("adjacent", f, k);
    let left = COUNTED.elsewhere;
    for (let i = 0; i < byStrength.length && left > 0; i++) {
      const k = byStrength[i] as number;
      if ((this.stamp[k] as number) >= inside) continue;
      left--;
      company.partner("elsewhere", f, k);
    }
  }

  /** The cells around a cell, or the tokens before and after a token. */
  private *around(spot: number): Generator<number> {
    if (this.ground.kind === "text") {
      if (spot > 0) yield spot - 1;
      if (spot + 1 < this.rowOf.length) yield spot + 1;
      return;
    }
    const { rows, cols } = this.ground;
    const row = Math.floor(spot / cols);
    const col = spot % cols;
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) {
        if (r !== row || c !== col) yield r * cols + c;
      }
    }
  }

  /** Offers what fires at a cell or token; features stamped with `inside` were there already. */
  private gather(spot: number, codes: SampleCodes, inside?: number): void {
    const r = this.rowOf[spot] as number;
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
