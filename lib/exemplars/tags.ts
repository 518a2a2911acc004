/** What one exemplar offers as tags, with the share of the feature's activation that lies on each. */
export type TagShares = ReadonlyMap<string, number>;

/** Share of the activation that must lie on something for it to count as what is shown. */
const MIN_SHARE = 0.3;
const MAX_TAGS = 8;

/**
 * Things under the highlighted region: for every object the share of the grid's mass on its cells; on the background the
 * background's own tags.
 * @param grid activation codes per cell, [cells]
 * @param ids id of what covers most of each cell, 0 = background, [cells]
 */
export function tagsUnderRegion(
  grid: Uint8Array,
  ids: Uint8Array,
  objectTags: ReadonlyMap<number, readonly string[]>,
  backgroundTags: readonly string[],
): TagShares {
  const out = new Map<string, number>();
  const total = grid.reduce((a, b) => a + b, 0);
  if (total === 0) return out;
  grid.forEach((q, cell) => {
    if (q === 0) return;
    for (const tag of objectTags.get(ids[cell] as number) ?? (ids[cell] === 0 ? backgroundTags : [])) {
      out.set(tag, (out.get(tag) ?? 0) + q / total);
    }
  });
  return out;
}

/**
 * Tags that are more frequent among a feature's exemplars than in the corpus, best first: present in a quarter of them,
 * at least twice as often as by chance, ordered by frequency times log lift.
 * @param exemplars tag shares of each exemplar
 * @param corpusShare share of the corpus that carries a tag
 */
export function liftedTags(exemplars: readonly TagShares[], corpusShare: (tag: string) => number): string[] {
  const hits = new Map<string, number>();
  for (const shares of exemplars) {
    for (const [tag, share] of shares) if (share >= MIN_SHARE) hits.set(tag, (hits.get(tag) ?? 0) + 1);
  }
  const least = Math.max(2, 0.25 * exemplars.length);
  return [...hits]
    .filter(([, n]) => n >= least)
    .map(([tag, n]) => ({
      tag,
      often: n / exemplars.length,
      lift: n / exemplars.length / Math.max(1e-6, corpusShare(tag)),
    }))
    .filter(({ lift }) => lift >= 2)
    .sort((a, b) => b.often * Math.log(b.lift) - a.often * Math.log(a.lift) || (a.tag < b.tag ? -1 : 1))
    .slice(0, MAX_TAGS)
    .map(({ tag }) => tag);
}
