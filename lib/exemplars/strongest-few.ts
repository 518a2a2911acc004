/**
 * The few strongest of the features offered, each with its largest value; of equal values the lower feature wins. Flat arrays
 * that need no clearing; 8 bytes a feature.
 */
export class StrongestFew {
  private readonly value: Float32Array; // [n], valid where the stamp is the current one
  private readonly stamp: Uint32Array; // [n]
  private readonly offered: Int32Array; // [n], the first `size` are valid
  private size = 0;
  private clock = 1;

  constructor(n: number) {
    this.value = new Float32Array(n);
    this.stamp = new Uint32Array(n);
    this.offered = new Int32Array(n);
  }

  offer(feature: number, value: number): void {
    if (this.stamp[feature] !== this.clock) {
      this.stamp[feature] = this.clock;
      this.offered[this.size++] = feature;
      this.value[feature] = value;
    } else if (value > (this.value[feature] as number)) this.value[feature] = value;
  }

  /** The strongest `count`, strongest first, and forgets everything. */
  take(count: number): number[] {
    const out: number[] = [];
    for (let i = 0; i < this.size; i++) {
      const f = this.offered[i] as number;
      if (out.length === count && !this.before(f, out[count - 1] as number)) continue;
      let at = out.length === count ? count - 1 : out.length;
      for (; at > 0 && this.before(f, out[at - 1] as number); at--) out[at] = out[at - 1] as number;
      out[at] = f;
    }
    this.size = 0;
    this.clock++;
    return out;
  }

  private before(a: number, b: number): boolean {
    const x = this.value[a] as number;
    const y = this.value[b] as number;
    return x > y || (x === y && a < b);
  }
}
