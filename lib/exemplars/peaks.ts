import { ROW_IMAGE, ROW_TEXT, type SampleCodes } from "@/lib/exemplars/codes";

/**
 * What each feature did in one sample, accumulated from the nonzero codes only. Arrays are indexed by feature and valid
 * only for the features listed in `touched[0 .. nTouched)`; one instance is reused for every sample.
 */
export class SamplePeaks {
  readonly touched: Int32Array; // [n], the first nTouched are features with z > 0 somewhere in the sample
  nTouched = 0;
  readonly imagePeak: Float32Array; // [n] largest z over the base grid, 0 if none
  readonly imagePeakAt: Int32Array; // [n] cell of that largest z, the first of equal ones
  readonly imageSum: Float32Array; // [n] sum of z over the base grid
  readonly textPeak: Float32Array; // [n] largest z over the text tokens, 0 if none
  readonly textPeakAt: Int32Array; // [n] token of that largest z, the first of equal ones
  private readonly stamp: Uint32Array; // [n] sample in which the feature was last touched
  private clock = 0;
  /** Cells of the base grid in this sample; 0 for a text. */
  imageRows = 0;
  textRows = 0;

  constructor(readonly n: number) {
    this.touched = new Int32Array(n);
    this.imagePeak = new Float32Array(n);
    this.imagePeakAt = new Int32Array(n);
    this.imageSum = new Float32Array(n);
    this.textPeak = new Float32Array(n);
    this.textPeakAt = new Int32Array(n);
    this.stamp = new Uint32Array(n);
  }

  /** True when the feature fired somewhere in the sample scanned last. */
  fired(feature: number): boolean {
    return this.stamp[feature] === this.clock;
  }

  /** Reads one sample. A latent fired iff its value is above zero, never because it was selected. */
  scan(codes: SampleCodes): void {
    this.clock++;
    this.nTouched = 0;
    this.imageRows = 0;
    this.textRows = 0;
    const { k, index, value, kind } = codes;
    for (let r = 0; r < codes.rows; r++) {
      const image = kind[r] === ROW_IMAGE;
      if (!image && kind[r] !== ROW_TEXT) continue;
      if (image) this.imageRows++;
      else this.textRows++;
      for (let i = r * k; i < (r + 1) * k; i++) {
        const v = value[i] as number;
        if (!(v > 0)) continue;
        const f = index[i] as number;
        if (this.stamp[f] !== this.clock) this.touch(f);
        if (image) {
          this.imageSum[f] = (this.imageSum[f] as number) + v;
          if (v > (this.imagePeak[f] as number)) {
            this.imagePeak[f] = v;
            this.imagePeakAt[f] = codes.at[r] as number;
          }
        } else if (v > (this.textPeak[f] as number)) {
          this.textPeak[f] = v;
          this.textPeakAt[f] = codes.at[r] as number;
        }
      }
    }
  }

  private touch(feature: number): void {
    this.stamp[feature] = this.clock;
    this.touched[this.nTouched++] = feature;
    this.imagePeak[feature] = 0;
    this.imageSum[feature] = 0;
    this.textPeak[feature] = 0;
  }
}
