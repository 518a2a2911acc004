/** Which side of the split an example is on: shown to the explainer, or kept for the scorers. */
export type Pool = "explain" | "score";

/**
 * 32 well-mixed bits of a few integers (murmur3 finaliser per word). Counter-based: the same key always gives the same
 * bits, whatever was drawn before, so reservoirs and splits do not depend on the order of the corpus.
 */
export function mixBits(a: number, b: number, c = 0): number {
  let h = 0x9747b28c;
  for (let i = 0; i < 3; i++) {
    h ^= i === 0 ? a : i === 1 ? b : c;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}

/**
 * The pool of an example for one feature, fixed before anything is sampled, so that no scorer ever judges an
 * explanation by an example that it was written from. Equal contents have equal keys and cannot straddle the split.
 */
export function poolOf(contentKey: number, feature: number, seed: number): Pool {
  return mixBits(contentKey, feature, seed ^ 0x5eed) & 1 ? "score" : "explain";
}

/** Priority in [0, 1) of an example in the reservoir of a feature: the largest priorities stay. */
export function priorityOf(contentKey: number, feature: number, seed: number): number {
  return mixBits(contentKey, feature, seed ^ 0xba5e) / 4294967296;
}
