/** Features that have some of the same images at the top. */
export interface SharedImages {
  index: number;
  /** Jaccard index of the two sets of images. */
  value: number;
  shared: number;
}

/** One image in common may be chance. */
const MIN_SHARED = 2;

/**
 * Features with the same top images, most similar first: |A and B| / |A or B| of their sets.
 * @param tops the top images of each feature
 */
export function sharedImages(tops: ReadonlyMap<number, readonly number[]>, count = 8): Map<number, SharedImages[]> {
  const byImage = new Map<number, number[]>();
  for (const [feature, images] of tops) {
    for (const image of images) {
      const known = byImage.get(image);
      if (known) known.push(feature);
      else byImage.set(image, [feature]);
    }
  }
  const out = new Map<number, SharedImages[]>();
  for (const [feature, images] of tops) {
    const shared = new Map<number, number>();
    for (const image of images) {
      for (const other of byImage.get(image) ?? []) {
        if (other !== feature) shared.set(other, (shared.get(other) ?? 0) + 1);
      }
    }
    const list: SharedImages[] = [];
    for (const [index, n] of shared) {
      if (n < MIN_SHARED) continue;
      const union = images.length + (tops.get(index) as readonly number[]).length - n;
      list.push({ index, value: n / union, shared: n });
    }
    out.set(feature, list.sort((a, b) => b.value - a.value || a.index - b.index).slice(0, count));
  }
  return out;
}
