/**
 * The largest value per feature and modality of one sample, in flat arrays that need no clearing: an entry is valid when
 * its stamp is the current one. Values that were never offered are -Infinity.
 */
export class StampedMax {
  readonly image: Float32Array; // [n]
  readonly text: Float32Array; // [n]
  readonly touched: Int32Array; // [n], the first nTouched are valid
  nTouched = 0;
  private readonly stamp: Uint32Array; // [n]
  private clock = 0;

  constructor(n: number) {
    this.image = new Float32Array(n);
    this.text = new Float32Array(n);
    this.touched = new Int32Array(n);
    this.stamp = new Uint32Array(n);
  }

  /** Forgets everything: call at the start of a sample. */
  reset(): void {
    this.clock++;
    this.nTouched = 0;
  }

  offer(feature: number, image: number, text: number): void {
    if (this.stamp[feature] !== this.clock) {
      this.stamp[feature] = this.clock;
      this.touched[this.nTouched++] = feature;
      this.image[feature] = image;
      this.text[feature] = text;
      return;
    }
    if (image > (this.image[feature] as number)) this.image[feature] = image;
    if (text > (this.text[feature] as number)) this.text[feature] = text;
  }
}
