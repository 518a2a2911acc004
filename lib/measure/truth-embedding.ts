import { groundOf, type ImageTruth } from "@/lib/datasets/schema";

/** What an image with known truth shows, each once: things by kind and name, and the ground behind them. */
export function termsOfTruth(truth: ImageTruth): string[] {
  const things = truth.objects.map(({ kind, concept }) => (kind === "land" ? "land" : `${kind}: ${concept}`));
  const ground = groundOf(truth).map(({ kind, term }) => `${kind}: ${term}`);
  return [...new Set([...things, ...ground])];
}

/**
 * Embeddings of images by what they are known to show: one coordinate a term, 1 where the image has it. The cosine of two
 * images is the share of terms that they have in common. Independent of any model.
 * @returns one function for all images, which must be those that the terms were taken from.
 */
export function truthEmbeddings(truths: Iterable<ImageTruth>): { d: number; of: (truth: ImageTruth) => Float32Array } {
  const places = new Map<string, number>();
  for (const truth of truths)
    for (const term of termsOfTruth(truth)) if (!places.has(term)) places.set(term, places.size);
  return {
    d: places.size,
    of(truth) {
      const out = new Float32Array(places.size);
      for (const term of termsOfTruth(truth)) out[places.get(term) as number] = 1;
      return out;
    },
  };
}
