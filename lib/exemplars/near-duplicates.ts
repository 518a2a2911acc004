/** Bits of 64 by which the difference hashes of two near-duplicates may differ. */
export const NEAR_BITS = 4;
/** Steps of 16 by which any colour of their sketches may differ. */
const NEAR_COLOR = 2;
const HASH_DIGITS = 16;
/** Five bands of 64 bits: of two hashes that differ in at most four bits, one band at least is equal. */
const BANDS = [
  [0, 13],
  [13, 13],
  [26, 13],
  [39, 13],
  [52, 12],
] as const;

/**
 * Groups of near-duplicates. Each sample joins the first earlier leader whose content is the same, or that looks the
 * same (`looksTheSame`), and leads a group of its own otherwise; so all members look like their leader. Samples without a
 * hash are grouped by content only.
 * @param contents content hash of each sample, in the order of the corpus
 * @param hashes of lib/media/perceptual-hash.ts, null when there is none
 * @returns leader of each sample, [samples]; a leader is its own
 */
export function groupNearDuplicates(contents: readonly string[], hashes: readonly (string | null)[]): Uint32Array {
  const out = new Uint32Array(contents.length);
  const byContent = new Map<string, number>();
  const leaders = new Leaders();
  contents.forEach((content, i) => {
    const hash = hashes[i] ?? null;
    let leader = byContent.get(content);
    if (leader === undefined) {
      leader = (hash === null ? undefined : leaders.near(hash)) ?? i;
      byContent.set(content, leader);
      if (hash && leader === i) leaders.add(hash, i);
    }
    out[i] = leader;
  });
  return out;
}

/** True when two difference hashes differ in at most 4 bits of 64 and no colour of the sketches by more than 2 steps of 16. */
export function looksTheSame(a: string, b: string): boolean {
  const [high, low] = wordsOf(a);
  const [otherHigh, otherLow] = wordsOf(b);
  if (popcount(high ^ otherHigh) + popcount(low ^ otherLow) > NEAR_BITS) return false;
  for (let i = HASH_DIGITS; i < a.length; i++) {
    if (Math.abs(Number.parseInt(a[i] as string, 16) - Number.parseInt(b[i] as string, 16)) > NEAR_COLOR) return false;
  }
  return true;
}

/** Hashes of leaders, found by any of their five bands. */
class Leaders {
  private readonly exact = new Map<string, number>();
  private readonly buckets = BANDS.map(() => new Map<number, number[]>());
  private readonly hashes = new Map<number, string>();

  add(hash: string, leader: number): void {
    const words = wordsOf(hash);
    this.exact.set(hash, leader);
    this.hashes.set(leader, hash);
    BANDS.forEach(([from, size], b) => {
      const key = bitsOf(words, from, size);
      const bucket = this.buckets[b] as Map<number, number[]>;
      const known = bucket.get(key);
      if (known) known.push(leader);
      else bucket.set(key, [leader]);
    });
  }

  /** The first leader that looks the same, undefined when there is none. */
  near(hash: string): number | undefined {
    const words = wordsOf(hash);
    let best = this.exact.get(hash);
    BANDS.forEach(([from, size], b) => {
      for (const leader of this.buckets[b]?.get(bitsOf(words, from, size)) ?? []) {
        if (best !== undefined && leader >= best) break; // leaders of a bucket come in ascending order
        if (looksTheSame(hash, this.hashes.get(leader) as string)) best = leader;
      }
    });
    return best;
  }
}

const wordsOf = (hash: string): [number, number] => [
  Number.parseInt(hash.slice(0, 8), 16) | 0,
  Number.parseInt(hash.slice(8, 16), 16) | 0,
];

/** `size` bits from bit `from` on, counted from the most significant bit of the first word. */
function bitsOf([high, low]: readonly [number, number], from: number, size: number): number {
  const all = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return Number((all >> BigInt(64 - from - size)) & ((1n << BigInt(size)) - 1n));
}

/** Set bits of a 32-bit word. */
export function popcount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
