import { nounKind } from "@/lib/autointerp/noun-kinds";
import type { ConceptKind, TermKind } from "@/lib/autointerp/schema";

/** One thing that an answer names. */
export interface Term {
  term: string;
  kind: TermKind;
  phrase: string;
}

/** What tells terms apart: of a word in texts also where it stands. */
export const keyOf = ({ kind, term, phrase }: Term): string => (kind === "text" ? `text:${phrase}` : `${kind}:${term}`);

const ARTICLE = /^(?:an?|some|the)\s+/;

/**
 * The things that an answer to "what is shown here?" names. Understands a noun phrase with its article, "the word X",
 * "the name X", "the sea" and "a red background with stripes"; null when the answer is empty or runs on, so that it
 * can be told apart from "nothing", which names no thing.
 */
export function termsOf(answer: string): Term[] | null {
  const text = answer
    .toLowerCase()
    .trim()
    .replace(/[.!]+$/, "")
    .trim();
  if (text === "" || text.length > 80 || /[?:;]/.test(text)) return null;
  if (text === "nothing") return [];
  const word = /^the (word|name) (.+)$/.exec(text);
  if (word) {
    const kind = word[1] === "word" ? "word" : "country";
    return [{ term: word[2] as string, kind, phrase: text }];
  }
  if (text === "the sea") return [{ term: "sea", kind: "sea", phrase: text }];
  const ground = /^(?:an? )?(?:plain (\w+) background|(\w+) background(?: with (.+))?)$/.exec(text);
  if (ground) return backgroundTerms((ground[1] ?? ground[2]) as string, ground[1] ? "plain" : ground[3]);
  const term = text.replace(ARTICLE, "");
  return [{ term, kind: term.endsWith(" face") ? "face" : "object", phrase: text }];
}

function backgroundTerms(color: string, texture: string | undefined): Term[] {
  const terms: Term[] = [{ term: color, kind: "color", phrase: `${color} background` }];
  if (texture) terms.push({ term: texture, kind: "texture", phrase: `background with ${texture}` });
  return terms;
}

/** The head noun of a phrase of several words: "fried egg" -> "egg"; null for one word and for other kinds. */
export function headOf(term: Term): Term | null {
  const at = term.term.lastIndexOf(" ");
  if (at < 0 || (term.kind !== "object" && term.kind !== "face")) return null;
  const head = term.term.slice(at + 1);
  return { term: head, kind: "object", phrase: `${/^[aeiou]/.test(head) ? "an" : "a"} ${head}` };
}

const CONCEPTS: Record<Exclude<TermKind, "object">, ConceptKind> = {
  face: "feeling",
  word: "text",
  country: "text",
  sea: "scene",
  color: "colour",
  texture: "texture",
  text: "text",
};

/** The kind of concept that terms are about; "other" when they are about several. */
export function conceptKindOf(terms: readonly Pick<Term, "kind" | "phrase">[]): ConceptKind {
  const kinds = new Set(terms.map(({ kind, phrase }) => (kind === "object" ? nounKind(phrase) : CONCEPTS[kind])));
  return kinds.size === 1 ? ([...kinds][0] as ConceptKind) : "other";
}

/** How a term reads as a label. */
export function labelOf({ term, kind, phrase }: Pick<Term, "term" | "kind"> & Partial<Term>): string {
  switch (kind) {
    case "text":
      return phrase ?? term;
    case "word":
      return `the word “${term}”`;
    case "country":
      return `the name ${term.replace(/\b\p{L}/gu, (c) => c.toUpperCase())}`;
    case "color":
      return `${term} background`;
    case "texture":
      return term === "plain" ? "plain background" : `background with ${term}`;
    default:
      return term;
  }
}

/** A short question whose answer tells whether a term is in a picture. */
export interface TermQuestion {
  text: string;
  maxTokens: number;
  /** Null when the answer cannot be read. */
  holds(answer: string): boolean | null;
}

/** The question about a term in the model's own words; null when the term cannot be asked for. */
export function questionAbout({ term, kind, phrase }: Term): TermQuestion | null {
  switch (kind) {
    case "word":
      return presence(`is the word ${term} written?`);
    case "country":
      return presence(`is ${term} on the map?`);
    // A background always has a colour and a pattern: naming it is surer than agreeing to one.
    case "color":
      return naming("what color is the background?", term);
    case "texture":
      return naming("what pattern is the background?", term);
    case "sea":
    case "text":
      return null;
    default:
      return presence(`is there ${phrase}?`);
  }
}

/** The first word decides, so one token is enough. */
const presence = (text: string): TermQuestion => ({ text, maxTokens: 1, holds: yesOrNo });

const naming = (text: string, term: string): TermQuestion => ({
  ...{ text, maxTokens: 8 },
  holds: (answer) => {
    const said = answer
      .toLowerCase()
      .replace(/[^\p{L} ]+/gu, " ")
      .trim();
    return said === "" ? null : ` ${said} `.includes(` ${term} `);
  },
});

/** True for yes, false for no, null for anything else. */
export function yesOrNo(answer: string): boolean | null {
  const first = /^[^\p{L}]*(\p{L}+)/u.exec(answer.toLowerCase())?.[1];
  return first === "yes" ? true : first === "no" ? false : null;
}
