import { keyOf, type Term } from "@/lib/autointerp/terms";
import { type Sure, verdictOf } from "@/lib/autointerp/weigh";

/** A window of text tokens with the place of its strongest token. */
export interface TokenWindow {
  tokens: readonly string[];
  peakAt: number;
}

const WORD = /[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu;
/** Chance that the word on which a feature fires is the one that it stands for. */
const WORD_HIT = 0.8;

/** The word or, outside of words, the token at the peak; and all words of the window, each once, in lower case. */
export function wordsOf({ tokens, peakAt }: TokenWindow): { peak: string; before: string | null; words: Set<string> } {
  const text = tokens.join("");
  const from = tokens.slice(0, peakAt).join("").length;
  const token = tokens[peakAt] ?? "";
  const at = from + token.length - token.trimStart().length;
  const words = [...text.matchAll(WORD)];
  const hit = words.findIndex((m) => m.index <= at && at < m.index + m[0].length);
  // Special tokens such as <user> hold letters but are no words.
  const special = /^<.*>$/.test(token.trim());
  const peak = hit < 0 || special ? token.trim() : (words[hit] as RegExpExecArray)[0];
  const before = hit > 0 ? (words[hit - 1] as RegExpExecArray)[0].toLowerCase() : null;
  return { peak: peak.toLowerCase(), before, words: new Set(words.map((m) => m[0].toLowerCase())) };
}

/** What a window says of a feature: the word that it fires on, and the one before it. */
export function windowTerms(window: TokenWindow): Map<string, Term> {
  const { peak, before } = wordsOf(window);
  const terms: Term[] = [];
  if (peak) terms.push(termOf(peak, /^[\p{L}\p{N}'-]+$/u.test(peak) ? `the word “${peak}”` : `the token “${peak}”`));
  if (before) terms.push(termOf(before, `after “${before}”`));
  return new Map(terms.map((term) => [keyOf(term), term]));
}

const termOf = (term: string, phrase: string): Term => ({ term, kind: "text", phrase });

/** A label from the words of a feature's token windows, weighed against windows of other features. */
export function labelTexts(own: readonly TokenWindow[], contrast: readonly TokenWindow[]): Sure {
  const hits = new Map<string, number>();
  for (const window of contrast) for (const key of windowTerms(window).keys()) hits.set(key, (hits.get(key) ?? 0) + 1);
  const reads = own.map(windowTerms);
  return verdictOf([{ reads, contrast: { n: contrast.length, hits }, hit: WORD_HIT, selective: false }]);
}
