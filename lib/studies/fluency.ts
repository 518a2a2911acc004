/** Pairs of neighbouring words that may come again before an answer counts as stuck. */
const MOST_REPEATED = 0.25;

/**
 * Whether an answer is a sentence rather than a word said over and over, as models do when they are pushed too hard: no word
 * follows itself, and at most a quarter of the pairs of neighbouring words have been there before.
 */
export function isFluent(text: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  if (words.length === 0 || words.some((word, i) => word === words[i - 1])) return false;
  const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`);
  return pairs.length - new Set(pairs).size <= MOST_REPEATED * pairs.length;
}
