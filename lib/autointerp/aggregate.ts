import { termMap } from "@/lib/autointerp/caption-terms";
import type { ConceptKind, ExplanationStatus, Support } from "@/lib/autointerp/schema";
import { conceptKindOf, labelOf, type Term, termsOf } from "@/lib/autointerp/terms";

/** What the answers about one feature amount to. */
export interface Verdict {
  status: ExplanationStatus;
  label: string | null;
  kind: ConceptKind | null;
  reason: string | null;
  support: Support[];
  runnersUp: { term: string; hits: number; contrastHits: number }[];
}

/** How often each term was named over regions where the feature is silent. */
export interface Contrast {
  n: number;
  hits: ReadonlyMap<string, number>;
}

const MIN_SHARE = 0.4;
const MIN_LIFT = 2;
/** Below this share a second term is looked for: "a or b". */
const CLEAR_SHARE = 0.7;
const SECOND_SHARE = 0.3;

/** Terms of one answer with their head nouns, each once; null when the answer cannot be read. */
export function candidatesOf(answer: string): Map<string, Term> | null {
  const terms = termsOf(answer);
  return terms && termMap(terms);
}

/** Counts the terms of many answers. */
export function contrastOf(answers: readonly string[]): Contrast {
  const hits = new Map<string, number>();
  let n = 0;
  for (const answer of answers) {
    const terms = candidatesOf(answer);
    if (!terms) continue;
    n++;
    for (const key of terms.keys()) hits.set(key, (hits.get(key) ?? 0) + 1);
  }
  return { n, hits };
}

/**
 * One short label from the answers about a feature's regions: the term that most answers share and that is rare where the
 * feature is silent. Two terms that cover different answers give "a or b". Answers that share nothing are declined.
 */
export function aggregate(answers: readonly string[], contrast: Contrast): Verdict {
  const read = answers.map(candidatesOf);
  const readable = read.filter((terms) => terms !== null);
  const none = { label: null, kind: null, support: [], runnersUp: [] };
  if (answers.length === 0) return { ...none, status: "skipped", reason: "There are no exemplars to ask about." };
  if (readable.length * 2 < answers.length) {
    return { ...none, status: "unparsed", reason: `Most answers could not be read, for example “${answers[0]}”.` };
  }
  const scored = scoreTerms(readable, contrast);
  const runnersUp = scored
    .slice(0, 5)
    .map(({ support: { term, hits, contrastHits } }) => ({ term, hits, contrastHits }));
  const fits = scored.filter((s) => s.support.hits >= 2 && s.support.lift >= MIN_LIFT);
  const best = fits.find((s) => s.support.hits >= MIN_SHARE * readable.length);
  if (!best) {
    const said = runnersUp.map((r) => `${r.term} (${r.hits} of ${readable.length})`).join(", ");
    const reason = said ? `The answers share no term: ${said}.` : "The model saw nothing in the regions.";
    return { ...none, runnersUp, status: "declined", reason };
  }
  const chosen = [best.support];
  if (best.support.hits < CLEAR_SHARE * readable.length) {
    const second = fits.find(
      (s) => s.support.hits >= SECOND_SHARE * readable.length && ![...s.answers].some((i) => best.answers.has(i)),
    );
    if (second) chosen.push(second.support);
  }
  const label = chosen.map(labelOf).join(" or ");
  return { status: "explained", label, kind: conceptKindOf(chosen), reason: null, support: chosen, runnersUp };
}

function scoreTerms(read: readonly Map<string, Term>[], contrast: Contrast) {
  const found = new Map<string, { term: Term; answers: Set<number> }>();
  read.forEach((terms, i) => {
    for (const [key, term] of terms) {
      const known = found.get(key) ?? { term, answers: new Set<number>() };
      found.set(key, { term: known.term, answers: known.answers.add(i) });
    }
  });
  return [...found]
    .map(([key, { term, answers }]) => {
      const contrastHits = contrast.hits.get(key) ?? 0;
      const hits = answers.size;
      // Half a hit is added on the silent side: a term never seen there has a large lift, not an infinite one.
      const lift = hits / read.length / ((contrastHits + 0.5) / (contrast.n + 1));
      const support: Support = { ...term, hits, n: read.length, contrastHits, contrastN: contrast.n, lift };
      return { support, answers, weight: (hits / read.length) * Math.log2(1 + lift) };
    })
    .sort((a, b) => b.weight - a.weight || b.support.term.length - a.support.term.length);
}
