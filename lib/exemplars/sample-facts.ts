import { liftedTags, type TagShares, tagsUnderRegion } from "@/lib/exemplars/tags";

/** Known truth of a corpus sample, as far as tags need it. */
export interface SampleFacts {
  tags: readonly string[];
  /** Pooled mask, [cells]; null when no regions are known. */
  ids: Uint8Array | null;
  objectTags: ReadonlyMap<number, readonly string[]>;
  backgroundTags: readonly string[];
}

/** What one exemplar says about tags: what lies under its region; without regions, the sample's tags. */
export function tagsOfExemplar(facts: SampleFacts, kind: "image" | "text", grid: Uint8Array): TagShares {
  if (kind === "image" && facts.ids) return tagsUnderRegion(grid, facts.ids, facts.objectTags, facts.backgroundTags);
  // Words around an image speak of the whole picture, so its regions cannot be told apart.
  return new Map(facts.tags.map((tag) => [tag, 1]));
}

/** Tags of a feature from its strong exemplars. Text exemplars count when there are no images. */
export function tagsOfFeature(
  exemplars: readonly { kind: "image" | "text"; grid: Uint8Array; facts: SampleFacts }[],
  corpusShare: (tag: string) => number,
): string[] {
  const images = exemplars.filter((e) => e.kind === "image");
  const used = images.length > 0 ? images : exemplars;
  return liftedTags(
    used.map((e) => tagsOfExemplar(e.facts, e.kind, e.grid)),
    corpusShare,
  );
}
