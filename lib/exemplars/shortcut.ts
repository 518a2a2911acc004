import type { CorpusFacts } from "@/lib/exemplars/corpus-facts";
import type { Shortcut } from "@/lib/exemplars/schema";

/** Fewer samples than this say nothing about how one-sided they are. */
const MIN_SAMPLES = 10;

/**
 * How one-sided the samples are where a feature fires: a feature that fires on one source, one tag or one picture in
 * many copies may have learnt that, and not what its pictures seem to show.
 * - `tagEntropy`: entropy of the tags of these samples / entropy of the tags of the corpus. 1 = as mixed as the corpus; a
 *   few samples cannot reach it.
 * - `nearDuplicates`: share of all firing samples that repeat another one.
 * - `largestSource`: the source of most of them, with its share there and in the corpus.
 *
 * Verdict (`verdictOf`): high when half repeat another one, or nine tenths come from one source that holds less than half
 * of the corpus; medium when a fifth repeat another one, or six tenths come from one source at twice its share, or the
 * tags have less than half of the entropy of the corpus; else low. Few tags alone make no high: a feature should have a
 * subject.
 * @param samples dense indices of samples where it fires, near-duplicates folded
 * @param folded firing samples that were folded, and that were not
 * @returns null for fewer than ten samples
 */
export function shortcutOf(
  samples: readonly number[],
  facts: CorpusFacts,
  folded: { near: number; kept: number },
): Shortcut | null {
  if (samples.length < MIN_SAMPLES) return null;
  const tags = new Map<number, number>();
  const sources = new Map<number, number>();
  for (const sample of samples) {
    for (const id of facts.tagIds(sample)) tags.set(id, (tags.get(id) ?? 0) + 1);
    const source = facts.sourceId(sample);
    if (source >= 0) sources.set(source, (sources.get(source) ?? 0) + 1);
  }
  const chanceOf = facts.chanceAmong(samples);
  const whole = entropy(facts.tags.list.map((_, id) => chanceOf(facts.tags, id)));
  const tagEntropy = tags.size === 0 || whole === 0 ? null : entropy([...tags.values()]) / whole;
  const known = [...sources.values()].reduce((a, b) => a + b, 0);
  const [id, n] = [...sources].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [-1, 0];
  const largestSource =
    known < MIN_SAMPLES
      ? null
      : {
          name: facts.sources.list[id] as string,
          share: rounded(n / known),
          corpusShare: rounded((facts.sources.images[id] as number) / Math.max(1, facts.counted.withSource)),
        };
  const figures = {
    tagEntropy: tagEntropy === null ? null : rounded(tagEntropy),
    nearDuplicates: rounded(folded.near / Math.max(1, folded.near + folded.kept)),
    largestSource,
  };
  return { samples: samples.length, ...figures, verdict: verdictOf(figures) };
}

/** The rule of `shortcutOf`. */
export function verdictOf(of: Omit<Shortcut, "samples" | "verdict">): Shortcut["verdict"] {
  const { share, corpusShare } = of.largestSource ?? { share: 0, corpusShare: 1 };
  if (of.nearDuplicates >= 0.5 || (share >= 0.9 && corpusShare < 0.5)) return "high";
  const oneSource = share >= 0.6 && share >= 2 * corpusShare;
  if (of.nearDuplicates >= 0.2 || oneSource || (of.tagEntropy ?? 1) < 0.5) return "medium";
  return "low";
}

/** Shannon entropy of what is in proportion to these counts or chances, in nats; 0 for none. */
function entropy(counts: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.reduce((sum, n) => (n > 0 ? sum - (n / total) * Math.log(n / total) : sum), 0);
}

const rounded = (value: number) => Number(value.toPrecision(3));
