/** What is known of a feature in words. */
export interface FeatureTerms {
  label: string | null;
  tags: readonly string[];
}

/** Terms of a cluster's name. */
const NAMED = 2;
/** A term that weighs less does not name what features share, unless nothing is shared at all. */
const SHARED = 2;

/**
 * Names of clusters by class-based TF-IDF (Grootendorst 2022): the terms that are frequent in a cluster and rare over all,
 * tf log(1 + A / f) with tf the weight of the term in the cluster, f in all clusters, and A the mean weight of a cluster.
 * @returns per cluster its terms, best first, joined; "" when nothing is known of its features.
 */
export function nameClusters(clusters: readonly (readonly FeatureTerms[])[]): string[] {
  const counts = clusters.map(countTerms);
  const overall = new Map<string, number>();
  for (const one of counts) for (const [term, n] of one) overall.set(term, (overall.get(term) ?? 0) + n);
  const total = [...overall.values()].reduce((sum, n) => sum + n, 0);
  const mean = total / Math.max(1, clusters.length);
  return counts.map((one) => {
    const ranked = [...one]
      .map(([term, n]) => ({ term, n, score: n * Math.log(1 + mean / (overall.get(term) as number)) }))
      .sort((a, b) => b.score - a.score || b.term.length - a.term.length || (a.term < b.term ? -1 : 1));
    const shared = ranked.filter(({ n }) => n >= SHARED);
    const chosen: string[] = [];
    for (const { term } of shared.length > 0 ? shared : ranked) {
      if (chosen.length === NAMED) break;
      if (!chosen.some((known) => known.includes(term) || term.includes(known))) chosen.push(term);
    }
    return chosen.join(", ");
  });
}

/** Words that name nothing by themselves. */
const STOP = new Set("a an and after before in of on or the to with".split(" "));
/** A label as a whole says more than one of its words. */
const WHOLE = 2;

/** Terms of one feature with their weights: its label and the words of it; its tags where it has no label. */
export function termsOf({ label, tags }: FeatureTerms): Map<string, number> {
  if (!label) return new Map(tags.map((tag) => [tag.toLowerCase(), 1]));
  const text = label.toLowerCase();
  // What is quoted is a text that the feature reads, not what it is about.
  const own = text.replace(/“[^”]*”/g, " ").match(/\p{L}{2,}/gu) ?? [];
  return new Map([...own.filter((word) => !STOP.has(word)).map((word) => [word, 1] as const), [text, WHOLE]]);
}

function countTerms(features: readonly FeatureTerms[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const feature of features) {
    for (const [term, weight] of termsOf(feature)) counts.set(term, (counts.get(term) ?? 0) + weight);
  }
  return counts;
}
