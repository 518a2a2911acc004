/** Words of steering and the comparison of two answers; browser safe and free of zod. */
import type { SteeredToken, Steering } from "./schema";

type Method = Steering["method"];

/** What each method does, in the order of a menu. S is the strength, z what the feature says there by itself. */
export const METHOD_WORDS: Record<Method, { does: string; says: string }> = {
  add: { does: "adds the strength everywhere", says: "h + S·d" },
  clamp: { does: "sets the feature to the strength, whatever it was", says: "h + (S − z)·d" },
  scale: { does: "multiplies what is there; silent places stay silent", says: "h + (factor − 1)·z·d" },
  ablate: { does: "takes out what is there", says: "h − z·d" },
  floor: { does: "raises the feature to at least the strength", says: "h + max(0, S − z)·d" },
  cap: { does: "lowers the feature to at most the strength", says: "h − max(0, z − S)·d" },
  subspace: { does: "removes the direction, then sets it", says: "h + (S − max(0, y))·d" },
  threshold: { does: "adds only what the direction lacks", says: "h + max(0, S − y)·d" },
};

export const METHODS = Object.keys(METHOD_WORDS) as Method[];

/** Whether a method reads the strength as a level in the feature's unit, as a factor, or not at all. */
export function strengthOf(method: Method): "level" | "factor" | "none" {
  return method === "scale" ? "factor" : method === "ablate" ? "none" : "level";
}

/** 2 as "+2", -0.5 as "−0.5", 0 as "0". */
export function signed(x: number, digits?: number): string {
  const size = digits === undefined ? String(Math.abs(x)) : Math.abs(x).toFixed(digits);
  return Number(size) === 0 ? size : `${x > 0 ? "+" : "−"}${size}`;
}

/** A log-probability as "84 %", or "< 0.1 %". */
export function chance(logprob: number): string {
  const percent = 100 * Math.exp(logprob);
  if (percent < 0.1) return "< 0.1 %";
  return `${percent >= 10 ? Math.round(percent) : percent.toFixed(1)} %`;
}

/** Changed words of one text, as characters [from, to). `first` is the word at which the two texts part. */
export interface Change {
  from: number;
  to: number;
  first: boolean;
}

export interface TextDiff {
  left: Change[];
  right: Change[];
}

/**
 * Words that differ, by a longest common subsequence; neighbours are joined to one range. Quadratic in words, which
 * answers of 512 tokens allow.
 * @param growing true while the texts still grow: only words that both have are compared, and no last one, which may be half.
 */
export function diffWords(left: string, right: string, growing = false): TextDiff {
  let a = wordsOf(left);
  let b = wordsOf(right);
  if (growing) {
    const both = Math.max(0, Math.min(a.length, b.length) - 1);
    a = a.slice(0, both);
    b = b.slice(0, both);
  }
  const diff: TextDiff = { left: [], right: [] };
  let [i, j] = [0, 0];
  for (const [x, y] of [...commonWords(a, b), [a.length, b.length] as const]) {
    const first = diff.left.length + diff.right.length === 0;
    diff.left.push(...changesOf(a.slice(i, x), first));
    diff.right.push(...changesOf(b.slice(j, y), first));
    [i, j] = [x + 1, y + 1];
  }
  return diff;
}

/** Neighbouring words as one change; where the texts part, the first word is one of its own. */
function changesOf(words: readonly Word[], parts: boolean): Change[] {
  const rest = parts ? words.slice(1) : words;
  const changes: Change[] = [];
  if (parts && words[0]) changes.push({ from: words[0].from, to: words[0].to, first: true });
  if (rest[0]) changes.push({ from: rest[0].from, to: rest.at(-1)!.to, first: false });
  return changes;
}

interface Word {
  text: string;
  from: number;
  to: number;
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ text: word, from: index, to: index + word.length }));
}

/** Pairs of positions of a longest common subsequence, rising in both. */
function commonWords(a: readonly Word[], b: readonly Word[]): (readonly [number, number])[] {
  const width = b.length + 1;
  // best[i * width + j]: words in common of a from i and b from j.
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      best[at] = a[i]!.text === b[j]!.text ? best[at + width + 1]! + 1 : Math.max(best[at + width]!, best[at + 1]!);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const at = i * width + j;
    if (a[i]!.text === b[j]!.text) pairs.push([i++, j++]);
    else if (best[at + width]! >= best[at + 1]!) i++;
    else j++;
  }
  return pairs;
}

/** A run of text that is marked alike, cut where tokens meet. */
export interface Stretch {
  mark: "same" | "changed" | "first";
  parts: { text: string; token: number }[];
}

/** Tokens cut at the borders of changes and joined to stretches; their texts join to the whole answer. */
export function stretchesOf(tokens: readonly Pick<SteeredToken, "text">[], changes: readonly Change[]): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  let next = 0;
  tokens.forEach(({ text }, token) => {
    for (let from = 0; from < text.length; ) {
      while (next < changes.length && changes[next]!.to <= at + from) next++;
      const change = changes[next];
      const inside = change !== undefined && change.from <= at + from;
      const border = change === undefined ? Number.POSITIVE_INFINITY : (inside ? change.to : change.from) - at;
      const to = Math.min(text.length, border);
      const mark = !inside ? "same" : change.first ? "first" : "changed";
      const part = { text: text.slice(from, to), token };
      const last = stretches.at(-1);
      if (last?.mark === mark) last.parts.push(part);
      else stretches.push({ mark, parts: [part] });
      from = to;
    }
    at += text.length;
  });
  return stretches;
}
