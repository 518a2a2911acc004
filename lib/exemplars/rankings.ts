/** One entry of a ranking. */
export interface Ranked {
  sample: number;
  score: number;
}

/**
 * The best `capacity` samples of each of `n` features, as bounded min-heaps in flat arrays: 8 bytes a slot. Higher
 * scores win; of equal scores the lower sample wins, so the result does not depend on the order of offers.
 * A sample may be offered at most once to a feature.
 */
export class Rankings {
  private readonly score: Float32Array; // [n, capacity]
  private readonly sample: Uint32Array; // [n, capacity]
  private readonly size: Uint16Array; // [n]

  constructor(
    readonly n: number,
    readonly capacity: number,
  ) {
    this.score = new Float32Array(n * capacity);
    this.sample = new Uint32Array(n * capacity);
    this.size = new Uint16Array(n);
  }

  /** Considers a sample for a feature. Scores are compared as float32. */
  offer(feature: number, sample: number, score: number): void {
    const base = feature * this.capacity;
    const size = this.size[feature] as number;
    const rounded = Math.fround(score);
    if (size < this.capacity) {
      this.size[feature] = size + 1;
      this.siftUp(base, size, rounded, sample);
    } else if (size > 0 && this.beatsRoot(base, rounded, sample)) {
      this.siftDown(base, size, rounded, sample);
    }
  }

  /** True when an entry of this score is among the feature's best, or would be: after all offers, when it was kept. */
  reaches(feature: number, score: number): boolean {
    const size = this.size[feature] as number;
    if (size < this.capacity) return true;
    return Math.fround(score) >= (this.score[feature * this.capacity] as number);
  }

  /** Entries of a feature, best first. */
  ranked(feature: number): Ranked[] {
    const base = feature * this.capacity;
    const out: Ranked[] = [];
    for (let i = 0; i < (this.size[feature] as number); i++) {
      out.push({ sample: this.sample[base + i] as number, score: this.score[base + i] as number });
    }
    return out.sort((a, b) => b.score - a.score || a.sample - b.sample);
  }

  private beatsRoot(base: number, score: number, sample: number): boolean {
    const root = this.score[base] as number;
    return score > root || (score === root && sample < (this.sample[base] as number));
  }

  /** True when slot `i` is weaker than (score, sample): it belongs nearer to the root. */
  private weaker(i: number, score: number, sample: number): boolean {
    const s = this.score[i] as number;
    return s < score || (s === score && (this.sample[i] as number) > sample);
  }

  private put(i: number, score: number, sample: number): void {
    this.score[i] = score;
    this.sample[i] = sample;
  }

  private siftUp(base: number, at: number, score: number, sample: number): void {
    let i = at;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.weaker(base + parent, score, sample)) break;
      this.put(base + i, this.score[base + parent] as number, this.sample[base + parent] as number);
      i = parent;
    }
    this.put(base + i, score, sample);
  }

  private siftDown(base: number, size: number, score: number, sample: number): void {
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      const right = base + child + 1;
      const left = base + child;
      if (child + 1 < size && this.weaker(right, this.score[left] as number, this.sample[left] as number)) child++;
      if (!this.weaker(base + child, score, sample)) break;
      this.put(base + i, this.score[base + child] as number, this.sample[base + child] as number);
      i = child;
    }
    this.put(base + i, score, sample);
  }
}
