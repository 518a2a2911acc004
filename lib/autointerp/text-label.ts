import type { Verdict } from "@/lib/autointerp/aggregate";

/** A window of text tokens with the place of its strongest token. */
export interface TokenWindow {
  tokens: readonly string[];
  peakAt: number;
}

const WORD = /[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu;
const MIN_SHARE = 0.5;
const MIN_LIFT = 2;

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

/**
 * A label from the words of a feature's token windows, against windows of other features: the word that it fires on, else
 * the word that comes before, else a word that its windows share.
 */
export function labelTexts(own: readonly TokenWindow[], contrast: readonly TokenWindow[]): Verdict {
  const mine = own.map(wordsOf);
  const others = contrast.map(wordsOf);
  const none = { label: null, kind: null, support: [] };
  if (mine.length === 0) return { ...none, status: "skipped", reason: "There are no texts to read.", runnersUp: [] };
  const rules = [
    {
      pick: (w: Words) => [w.peak],
      label: (t: string) => (/^[\p{L}\p{N}'-]+$/u.test(t) ? `the word “${t}”` : `the token “${t}”`),
    },
    { pick: (w: Words) => (w.before ? [w.before] : []), label: (t: string) => `after “${t}”` },
    { pick: (w: Words) => [...w.words], label: (t: string) => `text with “${t}”` },
  ];
  const runnersUp: Verdict["runnersUp"] = [];
  for (const { pick, label } of rules) {
    const [best] = rank(mine.map(pick), others.map(pick));
    if (!best) continue;
    runnersUp.push({ term: best.term, hits: best.hits, contrastHits: best.contrastHits });
    if (best.hits < Math.max(2, MIN_SHARE * mine.length) || best.lift < MIN_LIFT) continue;
    const support = [{ ...best, kind: "text" as const, phrase: label(best.term) }];
    return { status: "explained", label: label(best.term), kind: "text", reason: null, support, runnersUp };
  }
  return { ...none, status: "declined", reason: "The texts share no word that others lack.", runnersUp };
}

type Words = ReturnType<typeof wordsOf>;

function rank(own: readonly (readonly string[])[], contrast: readonly (readonly string[])[]) {
  const count = (lists: readonly (readonly string[])[]) => {
    const hits = new Map<string, number>();
    for (const list of lists) for (const term of list) if (term) hits.set(term, (hits.get(term) ?? 0) + 1);
    return hits;
  };
  const others = count(contrast);
  return [...count(own)]
    .map(([term, hits]) => {
      const contrastHits = others.get(term) ?? 0;
      const lift = hits / own.length / ((contrastHits + 0.5) / (contrast.length + 1));
      return { term, hits, n: own.length, contrastHits, contrastN: contrast.length, lift };
    })
    .sort((a, b) => b.hits * Math.log2(1 + b.lift) - a.hits * Math.log2(1 + a.lift) || (a.term < b.term ? -1 : 1));
}
