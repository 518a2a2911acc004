import type { TermKind } from "@/lib/autointerp/schema";
import type { Term } from "@/lib/autointerp/terms";

/** Words of a phrase that names one thing; longer ones are sentences. */
const MOST_WORDS = 4;
/** A phrase with one of these describes, and is no name of a thing. */
const DESCRIBES = new Set(
  "a an the of that which who and but not with without in on at by for from to is are was be as than when where any all some"
    .split(" ")
    .concat("things", "thing", "something", "images", "image", "pictures", "picture"),
);

/**
 * The terms that a label names, the inverse of labelOf and of the labels of texts: "the word “sale”", "dog or cat", "red
 * background", "after “am”". Null for words that are no such phrase.
 * @param modality of the feature: a bare word means the thing in pictures, and the word itself in texts
 */
export function termsOfLabel(label: string, modality: "image" | "text"): Term[] | null {
  const parts = label
    .trim()
    .replace(/[.!]+$/, "")
    .split(/ or (?![^“]*”)/)
    .map((part) => (modality === "text" ? textTerm(part.trim()) : pictureTerm(part.trim())));
  return parts.every((term) => term !== null) ? parts : null;
}

function textTerm(part: string): Term | null {
  const quoted = /^(?:the (?:word|token)|after|text with) “(.+)”$/i.exec(part);
  const term = (value: string, phrase: string): Term => ({ term: value.toLowerCase(), kind: "text", phrase });
  if (quoted) return term(quoted[1] as string, part);
  const bare = part.replace(/^(?:an?|the) /i, "");
  return nameOf(bare) ? term(bare, `text with “${bare.toLowerCase()}”`) : null;
}

function pictureTerm(part: string): Term | null {
  const text = part.toLowerCase();
  const term = (value: string, kind: TermKind, phrase: string): Term => ({ term: value, kind, phrase });
  const word = /^the word “?([^“”]+)”?$/.exec(text);
  if (word) return term(word[1] as string, "word", `the word ${word[1]}`);
  const country = /^the name “?([^“”]+)”?$/.exec(text);
  if (country) return term(country[1] as string, "country", `the name ${country[1]}`);
  if (/^(the )?sea$/.test(text)) return term("sea", "sea", "the sea");
  if (/^(an? )?plain background$/.test(text)) return term("plain", "texture", "background with plain");
  const texture = /^(?:an? )?background with (.+)$/.exec(text)?.[1];
  if (texture !== undefined) return nameOf(texture) ? term(texture, "texture", `background with ${texture}`) : null;
  const color = /^(?:an? )?(\p{L}+) background$/u.exec(text)?.[1];
  if (color !== undefined) return term(color, "color", `${color} background`);
  const bare = text.replace(/^(?:an?|some|the) /, "");
  if (!nameOf(bare)) return null;
  return term(bare, bare.endsWith(" face") ? "face" : "object", withArticle(bare));
}

/** "a dog", "an apple", "some grapes": the article by the look of the word. */
function withArticle(name: string): string {
  const plural = /[^suio]s$/.test(name) || /(oes|ies|ses|shes|ches)$/.test(name);
  return `${plural ? "some" : /^(?!uni)[aeiou]/.test(name) ? "an" : "a"} ${name}`;
}

/** True for a few words that can be the name of one thing. */
function nameOf(text: string): boolean {
  const words = text.toLowerCase().split(/\s+/);
  return /^[\p{L}\p{N}' -]+$/u.test(text) && words.length <= MOST_WORDS && words.every((word) => !DESCRIBES.has(word));
}
