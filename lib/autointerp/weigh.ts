import type { Contrast, Verdict } from "@/lib/autointerp/aggregate";
import type { Support } from "@/lib/autointerp/schema";
import { conceptKindOf, keyOf, labelOf, type Term } from "@/lib/autointerp/terms";

/** The terms that one observation names; null when it cannot be read, which is no evidence. */
export type Read = ReadonlyMap<string, Term> | null;

/** Observations of regions whose images are known to show something: a region of theirs shows one of these things by chance. */
export type Among = readonly Read[];

/** Observations of one sort about a feature, next to the same sort where it is silent. */
export interface Source {
  reads: readonly Read[];
  contrast: Contrast;
  /** Chance that an observation names what the feature stands for. */
  hit: number;
  /** By observation: all that is in the image that it is a region of. */
  among?: Among;
  /** True when a term that this source never names anywhere is no evidence against the term: captions speak of some things only. */
  selective: boolean;
}

/** Evidence (natural logarithm of the odds) that a label needs before it is given. */
const ENOUGH = 5;
/**
 * Share of labels that are wrong although everything speaks for them: captions and answers can be misled alike, which no more of the
 * same shows. Counted on the built-in world (docs/decisions/0014).
 */
const MISLED = 0.1;
/** Observations that must name a label: what only one says is a coincidence. */
const FEWEST_HITS = 2;
/** What a label of two terms must have more than one of a single term. */
const PAIR_COST = 8;
const PAIRED = 8;
const SECOND_HITS = 2;

interface Weighed {
  terms: Term[];
  /** Log-likelihood ratio: the label against "named as often as where the feature is silent". */
  weight: number;
}

/**
 * Weighs the terms that several sources name: each observation multiplies the odds of a term by P(named | it is the label) /
 * P(named | the feature is silent) (naive Bayes, both from counts). Two terms that take turns can be a label together.
 * @returns terms, best first, with the weight in nats
 */
export function weighTerms(sources: readonly Source[]): Weighed[] {
  const terms = new Map<string, Term>();
  for (const { reads } of sources)
    for (const read of reads) for (const [key, term] of read ?? []) if (!terms.has(key)) terms.set(key, term);
  const single = [...terms].map(([key, term]) => ({ key, terms: [term], weight: weightOf([key], sources) }));
  single.sort((a, b) => b.weight - a.weight || b.terms[0]!.term.length - a.terms[0]!.term.length);
  const best = single.slice(0, PAIRED);
  const pairs = best.flatMap((a, i) =>
    best.slice(i + 1).flatMap((b) => {
      if (exclusive(a.key, b.key, sources) < SECOND_HITS || exclusive(b.key, a.key, sources) < SECOND_HITS) return [];
      return [{ terms: [...a.terms, ...b.terms], weight: weightOf([a.key, b.key], sources) - PAIR_COST }];
    }),
  );
  return [...single, ...pairs]
    .sort((a, b) => b.weight - a.weight)
    .map(({ terms: t, weight }) => ({ terms: t, weight }));
}

/** Observations that name the one and not the other. */
function exclusive(one: string, other: string, sources: readonly Source[]): number {
  return sources.reduce((n, { reads }) => n + reads.filter((r) => r?.has(one) && !r.has(other)).length, 0);
}

function weightOf(keys: readonly string[], sources: readonly Source[]): number {
  return sources.reduce((sum, { reads, contrast, hit, selective, among }) => {
    const elsewhere = keys.reduce((n, key) => n + (contrast.hits.get(key) ?? 0), 0);
    const names = (read: Read | undefined) => keys.some((key) => read?.has(key));
    if (selective && elsewhere === 0 && !reads.some(names)) return sum;
    // Half a hit more: what was never named elsewhere is rare, not impossible.
    const usual = (elsewhere + 0.5) / (contrast.n + 1);
    return reads.reduce((total, read, i) => {
      if (read === null) return total;
      const here = among?.[i];
      const byChance = here && names(here) ? 1 / here.size : 0;
      const chance = Math.min(Math.max(usual, byChance), 0.98);
      const named = Math.max(hit, (1 + chance) / 2);
      return total + Math.log(names(read) ? named / chance : (1 - named) / (1 - chance));
    }, sum);
  }, 0);
}

/** A verdict with how sure it is, 0 to 1. */
export type Sure = Verdict & { confidence: number | null };

/** How sure the best is, 0 to 1: its share of the odds of all candidates, "none of them" included, unless all are misled. */
function confidenceOf(weighed: readonly Weighed[]): number {
  const best = weighed[0]?.weight ?? Number.NEGATIVE_INFINITY;
  const rest = aboutOther(weighed).reduce((sum, { weight }) => sum + Math.exp(weight - best), Math.exp(ENOUGH - best));
  return (1 - MISLED) / (1 + rest);
}

/** How far the best is ahead of the best that is about something else, in nats. */
export function lead(weighed: readonly Weighed[]): number {
  return weighed[0] ? weighed[0].weight - Math.max(0, aboutOther(weighed)[0]?.weight ?? 0) : 0;
}

/** Candidates that share no word with the best: "egg" beside "fried egg" is the same answer, said less exactly. */
function aboutOther(weighed: readonly Weighed[]): Weighed[] {
  const own = new Set(weighed[0]?.terms.flatMap(({ term }) => term.split(" ")));
  return weighed.filter((w) => !w.terms.some(({ term }) => term.split(" ").some((word) => own.has(word))));
}

/** The label that the evidence speaks for, or why there is none. */
export function verdictOf(sources: readonly Source[]): Sure {
  const weighed = weighTerms(sources);
  const best = weighed[0];
  const support = best ? best.terms.map((term) => supportOf(term, sources)) : [];
  const runnersUp = weighed
    .filter(({ terms }) => terms.length === 1)
    .slice(0, 5)
    .map(({ terms }) => supportOf(terms[0] as Term, sources))
    .map(({ term, hits, contrastHits }) => ({ term, hits, contrastHits }));
  const nothing = { label: null, kind: null, confidence: null, support: [], runnersUp };
  if (sources.every(({ reads }) => reads.length === 0))
    return { ...nothing, status: "skipped", reason: "There is nothing to read about its exemplars." };
  if (!best || best.weight < ENOUGH || support.every(({ hits }) => hits < FEWEST_HITS)) {
    const near = best ? ` Nearest: ${best.terms.map(labelOf).join(" or ")}.` : "";
    return { ...nothing, status: "declined", reason: `No one thing is named often enough.${near}` };
  }
  const label = best.terms.map(labelOf).join(" or ");
  const [kind, confidence] = [conceptKindOf(best.terms), confidenceOf(weighed)];
  return { status: "explained", label, kind, confidence, reason: null, support, runnersUp };
}

function supportOf(term: Term, sources: readonly Source[]): Support {
  const key = keyOf(term);
  const sums = { hits: 0, n: 0, contrastHits: 0, contrastN: 0 };
  for (const { reads, contrast } of sources) {
    sums.hits += reads.filter((r) => r?.has(key)).length;
    sums.n += reads.length;
    sums.contrastHits += contrast.hits.get(key) ?? 0;
    sums.contrastN += contrast.n;
  }
  const lift = sums.hits / Math.max(1, sums.n) / ((sums.contrastHits + 0.5) / (sums.contrastN + 1));
  return { ...term, ...sums, lift };
}
