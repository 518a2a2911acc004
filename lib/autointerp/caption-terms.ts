import { headOf, keyOf, type Term, termsOf } from "@/lib/autointerp/terms";

/** Where a phrase of a caption ends. */
const BETWEEN =
  /\s*[,.;:!?()"“”]+\s*|\s+(?:and|or|on|in|at|of|by|near|over|under|behind|beside|to|from|for|is|are|that|which|who|while|next to|in front of)\s+/;
/** A map's names are names, not things. */
const MAP = /^(an? map) with (.+)$/;

/** Terms with their head nouns, each once, by kind and term. */
export function termMap(terms: readonly Term[]): Map<string, Term> {
  const out = new Map<string, Term>();
  for (const term of terms) {
    const head = headOf(term);
    for (const one of head ? [term, head] : [term]) if (!out.has(keyOf(one))) out.set(keyOf(one), one);
  }
  return out;
}

/**
 * The things that a caption and the tags of an image name: its noun phrases, cut at commas, conjunctions and prepositions. A tag
 * that the caption names as something else, such as a written word, is not a thing as well.
 */
export function captionTerms(caption: string | null, tags: readonly string[]): Map<string, Term> {
  const terms = caption ? phrasesOf(caption.toLowerCase()) : [];
  const out = termMap(terms);
  const named = new Set([...out.values()].map((t) => t.term));
  for (const tag of tags.map((t) => t.toLowerCase().trim())) {
    if (tag === "" || named.has(tag)) continue;
    const term: Term = { term: tag, kind: "object", phrase: `${/^[aeiou]/.test(tag) ? "an" : "a"} ${tag}` };
    out.set(keyOf(term), term);
  }
  return out;
}

function phrasesOf(text: string): Term[] {
  const map = MAP.exec(text.replace(/[.!]+$/, ""));
  if (map) {
    const names = (map[2] as string).split(BETWEEN).filter(Boolean);
    return [
      ...(termsOf(map[1] as string) ?? []),
      ...names.map((name): Term => ({ term: name, kind: "country", phrase: `the name ${name}` })),
    ];
  }
  return (
    text
      .split(BETWEEN)
      .flatMap((chunk) => (chunk.includes("background with ") ? [chunk] : chunk.split(/(?:^|\s+)with\s+/)))
      // "a man riding a bicycle": a new article begins a new thing.
      .flatMap((chunk) => (/^the (?:word|name) /.test(chunk) ? [chunk] : chunk.split(/\s+(?=(?:an?|some|the)\s)/)))
      .flatMap((chunk) => termsOf(chunk) ?? [])
  );
}
