import type { CorpusFacts } from "@/lib/exemplars/corpus-facts";
import type { Words } from "@/lib/exemplars/schema";
import { wilson } from "@/lib/tensor/stats";

/** A word must be in so many of the samples. */
const MIN_SAMPLES = 3;
/** Normal quantile of a 99.9 % interval: so strict because every word of the corpus is tried. */
const STRICT = 3.29;
const SHOWN = 10;

/**
 * Words that are more frequent in the captions and texts of some samples than in the corpus: in at least three of them,
 * with the lower end of the 99.9 % interval of the lift above 1; ordered by n x log(lift). Stop words fall out by
 * themselves, because they are as frequent everywhere.
 * @param samples dense indices of the samples where a feature fires
 */
export function liftedWords(samples: readonly number[], facts: CorpusFacts): Words {
  const hits = new Map<number, number>();
  for (const sample of samples) for (const id of facts.wordIds(sample)) hits.set(id, (hits.get(id) ?? 0) + 1);
  const chanceOf = facts.chanceAmong(samples);
  const words = [...hits].flatMap(([id, n]) => {
    const chance = chanceOf(facts.words, id);
    if (n < MIN_SAMPLES || chance === 0 || (wilson(n, samples.length, STRICT)?.lo ?? 0) <= chance) return [];
    const lift = n / samples.length / chance;
    return [{ word: facts.words.list[id] as string, lift: Number(lift.toPrecision(3)), n }];
  });
  words.sort((a, b) => b.n * Math.log(b.lift) - a.n * Math.log(a.lift) || (a.word < b.word ? -1 : 1));
  return { samples: samples.length, words: words.slice(0, SHOWN) };
}
