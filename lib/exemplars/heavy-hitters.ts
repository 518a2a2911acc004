/**
 * The most frequent items of n streams in bounded memory (Misra and Gries, "Finding repeated elements", 1982): `capacity`
 * counters a stream; an item that finds no free counter takes one off all of them. A count is never too large, and too small
 * by at most (length of the stream) / (capacity + 1): exact as long as a stream has no more distinct items than counters.
 * Six bytes a counter.
 */
export class HeavyHitters {
  private readonly items: Uint32Array; // [n, capacity], the first size[f] are in use
  private readonly counts: Uint16Array; // [n, capacity]
  private readonly size: Uint16Array; // [n]

  constructor(
    readonly n: number,
    readonly capacity: number,
  ) {
    this.items = new Uint32Array(n * capacity);
    this.counts = new Uint16Array(n * capacity);
    this.size = new Uint16Array(n);
  }

  /** Counts one item of a stream. */
  add(stream: number, item: number): void {
    const base = stream * this.capacity;
    const end = base + (this.size[stream] as number);
    for (let i = base; i < end; i++) {
      if (this.items[i] === item) {
        this.counts[i] = Math.min(65535, (this.counts[i] as number) + 1);
        return;
      }
    }
    if (end < base + this.capacity) {
      this.items[end] = item;
      this.counts[end] = 1;
      this.size[stream] = end - base + 1;
    } else this.takeOne(stream);
  }

  /** Items of a stream with their counts, most frequent first, then by number. */
  of(stream: number): { item: number; count: number }[] {
    const base = stream * this.capacity;
    return Array.from({ length: this.size[stream] as number }, (_, i) => ({
      item: this.items[base + i] as number,
      count: this.counts[base + i] as number,
    })).sort((a, b) => b.count - a.count || a.item - b.item);
  }

  private takeOne(stream: number): void {
    const base = stream * this.capacity;
    let kept = base;
    for (let i = base; i < base + this.capacity; i++) {
      const left = (this.counts[i] as number) - 1;
      if (left === 0) continue;
      this.items[kept] = this.items[i] as number;
      this.counts[kept++] = left;
    }
    this.size[stream] = kept - base;
  }
}
