/**
 * Counter-based random numbers: value i of a stream is a pure function of (seed, labels, i), so any value can be
 * recomputed without the ones before it, and two streams never share state. Two rounds of the 32-bit mixer
 * "lowbias32" (C. Wellons, hash-prospector, 2018), keyed once per round. Not for secrets.
 */
export interface Rng {
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
  /** Uniform in [0, 1), 32 bits. */
  float(): number;
  /** Uniform in [lo, hi). */
  range(lo: number, hi: number): number;
  /** True with probability p. */
  chance(p: number): boolean;
  /** Uniform integer in [0, n); n >= 1. */
  int(n: number): number;
  /** Standard normal (Box-Muller, one value per call). */
  normal(): number;
  /** One item, uniformly. @throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<A extends { length: number; [index: number]: unknown }>(items: A): A;
  /** min(k, n) distinct integers of [0, n), in random order. */
  sample(n: number, k: number): number[];
  /** Independent stream of the same seed. */
  fork(...labels: (string | number)[]): Rng;
  /** Value i of this stream as an integer in [0, 2^32); does not move the stream. */
  at(i: number): number;
}

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

function absorb(state: number, word: number): number {
  return mix((Math.imul(state, 0x9e3779b1) ^ mix(word ^ 0x85ebca6b)) >>> 0);
}

function absorbLabel(state: number, label: string | number): number {
  if (typeof label === "number") return absorb(absorb(state, label | 0), Math.floor(label / 0x100000000) | 0);
  let s = absorb(state, label.length);
  for (let i = 0; i < label.length; i++) s = absorb(s, label.charCodeAt(i));
  return s;
}

class CounterRng implements Rng {
  private counter = 0;

  constructor(
    private readonly key0: number,
    private readonly key1: number,
  ) {}

  at(i: number): number {
    const low = mix((Math.imul(i | 0, 0x9e3779b1) + this.key0) >>> 0);
    return mix((low ^ this.key1 ^ Math.floor(i / 0x100000000)) >>> 0);
  }

  uint32(): number {
    return this.at(this.counter++);
  }

  float(): number {
    return this.uint32() / 0x100000000;
  }

  range(lo: number, hi: number): number {
    return lo + (hi - lo) * this.float();
  }

  chance(p: number): boolean {
    return this.float() < p;
  }

  int(n: number): number {
    // Rejection keeps it exactly uniform; for n <= 2^32 at most half of the draws are refused.
    const limit = 0x100000000 - (0x100000000 % n);
    for (;;) {
      const x = this.uint32();
      if (x < limit) return x % n;
    }
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    return radius * Math.cos(2 * Math.PI * this.float());
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("pick from an empty list");
    return items[this.int(items.length)] as T;
  }

  shuffle<A extends { length: number; [index: number]: unknown }>(items: A): A {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  sample(n: number, k: number): number[] {
    const all = Array.from({ length: n }, (_, i) => i);
    const count = Math.min(k, n);
    for (let i = 0; i < count; i++) {
      const j = i + this.int(n - i);
      const held = all[i] as number;
      all[i] = all[j] as number;
      all[j] = held;
    }
    return all.slice(0, count);
  }

  fork(...labels: (string | number)[]): Rng {
    let k0 = this.key0;
    let k1 = this.key1;
    for (const label of labels) {
      k0 = absorbLabel(k0, label);
      k1 = absorbLabel(k1 ^ 0x27d4eb2f, label);
    }
    return new CounterRng(k0, k1);
  }
}

/** The stream named by a seed and labels, e.g. `createRng(7, "scene", 12)`. Equal arguments give equal numbers. */
export function createRng(seed: number, ...labels: (string | number)[]): Rng {
  return new CounterRng(absorbLabel(0x243f6a88, seed), absorbLabel(0x13198a2e, seed)).fork(...labels);
}

/** A seed that nobody asked for by number: for "random feature" and the like. In [0, 2^31). */
export function freshSeed(): number {
  return Math.floor(Math.random() * 0x80000000);
}
