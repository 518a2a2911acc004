import { spread } from "@/lib/autointerp/detection";
import { tooManyMissing } from "@/lib/autointerp/statistics";
import type { Rng } from "@/lib/core/rng";
import { wilson } from "@/lib/tensor/stats";

/** Images of one trial: those of the feature, and one in which it is silent. */
export const SAME = 4;
export const IMAGES = SAME + 1;
const MOST_TRIALS = 5;

export const INTRUDER_QUESTION = `Below are ${IMAGES} images, numbered 1 to ${IMAGES}. Of each only one region is shown. The regions of ${SAME} of them show the same thing; one does not belong. Answer with its number only.`;

/** One trial: the images of the feature, of about the same strength, and the intruder, in the order in which they are shown. */
export interface Trial<T, S> {
  order: ({ intruder: false; item: T } | { intruder: true; item: S })[];
}

/**
 * Trials spread over the range of strengths: the list is cut into up to five stretches of neighbouring ranks, and four of each are
 * shown with a silent one. No image is in two trials.
 * @param sorted items that fire, strongest first
 */
export function planTrials<T, S>(sorted: readonly T[], silent: readonly S[], rng: Rng): Trial<T, S>[] {
  const n = Math.min(MOST_TRIALS, Math.floor(sorted.length / SAME), silent.length);
  return Array.from({ length: n }, (_, t) => {
    const stretch = sorted.slice(Math.floor((t * sorted.length) / n), Math.floor(((t + 1) * sorted.length) / n));
    const same = spread(stretch, SAME).map((item) => ({ intruder: false as const, item }));
    return { order: rng.shuffle([...same, { intruder: true as const, item: silent[t] as S }]) };
  });
}

/**
 * Those that share the fewest terms with the others: who was asked what each shows has named them as the intruder, all of them
 * alike when there are several.
 * @param terms what was seen in each; empty when nothing was named
 */
export function oddOnes(terms: readonly ReadonlySet<string>[]): number[] {
  const shared = terms.map((own, i) =>
    terms.reduce((sum, others, j) => sum + (i !== j && [...own].some((t) => others.has(t)) ? 1 : 0), 0),
  );
  const least = Math.min(...shared);
  return shared.flatMap((n, i) => (n === least ? [i] : []));
}

/** The number that an answer names, from 0; null when it names none of the images, or several. */
export function readNumber(answer: string): number | null {
  const numbers = new Set(answer.match(/\d+/g)?.map(Number) ?? []);
  const [first] = numbers;
  return numbers.size === 1 && first !== undefined && first >= 1 && first <= IMAGES ? first - 1 : null;
}

/**
 * Share of the trials in which the intruder was found, with its Wilson interval; guessing finds a fifth. A tie counts by its
 * share. Null without trials, or with too many that have no readable answer.
 * @param hits of each trial, 0 to 1; null where the answer could not be read
 */
export function intruderScore(hits: readonly (number | null)[]) {
  const read = hits.filter((hit) => hit !== null);
  const nMissing = hits.length - read.length;
  if (read.length === 0 || tooManyMissing(nMissing, hits.length)) return null;
  const sum = read.reduce((a, b) => a + b, 0);
  const interval = wilson(sum, read.length);
  return { value: sum / read.length, lo: interval?.lo ?? null, hi: interval?.hi ?? null, n: hits.length, nMissing };
}
