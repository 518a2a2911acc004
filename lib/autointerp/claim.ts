import { termsOfLabel } from "@/lib/autointerp/label-terms";
import type { ExplanationEvidence, Support } from "@/lib/autointerp/schema";
import type { Term } from "@/lib/autointerp/terms";

export type Modality = "image" | "text";

/** What an explanation says, as a judge is asked about it. */
export interface Claim {
  text: string;
  /** What it names, as far as it can be told: a judge that knows only short questions is asked about these. */
  terms: readonly Term[];
  /** What it speaks of: things in pictures, or words of texts. */
  modality: Modality;
}

/** An explanation as it is stored. */
export interface Explained {
  text: string;
  support: readonly Support[] | null;
}

/**
 * The claim of an explanation. Terms that its explainer counted come first; without any (a person's words, an endpoint's) those
 * that the label itself can be read back to.
 * @param imageShare of the feature: decides what is spoken of where the terms do not say
 */
export function claimOf({ text, support }: Explained, imageShare: number): Claim {
  const [first] = support ?? [];
  if (first) return { text, terms: support as Support[], modality: first.kind === "text" ? "text" : "image" };
  const modality = imageShare >= 0.5 ? "image" : "text";
  return { text, terms: termsOfLabel(text, modality) ?? [], modality };
}

/** The explanation in column `evidence` of a row. */
export const explainedOf = (row: { text: string | null; evidence: unknown }): Explained => ({
  text: row.text ?? "",
  support: (row.evidence as Partial<ExplanationEvidence> | null)?.support ?? null,
});

/** True when both name a same thing, or one the head of the other ("face", "sad face"): no control for each other. */
export function speakOfSame(a: Claim, b: Claim): boolean {
  if (a.text.toLowerCase() === b.text.toLowerCase()) return true;
  const same = (x: string, y: string) => x === y || x.endsWith(` ${y}`) || y.endsWith(` ${x}`);
  return a.terms.some((x) => b.terms.some((y) => same(x.term, y.term)));
}

/** An explanation that can be another feature's control. */
export interface ControlCandidate {
  index: number;
  kind: string;
  density: number;
  claim: Claim;
}

/**
 * For each explanation the one of another feature that serves as its control: of the same kind and modality and the nearest
 * density, about something else. Null where there is none. The control of a permuted explanation: same items, wrong words.
 */
export function controlClaims(of: readonly ControlCandidate[], pool: readonly ControlCandidate[]): (Claim | null)[] {
  const groups = new Map<string, ControlCandidate[]>();
  const groupOf = ({ kind, claim }: ControlCandidate) => `${claim.modality}/${kind}`;
  for (const one of [...pool].sort(byDensity)) {
    const known = groups.get(groupOf(one));
    if (known) known.push(one);
    else groups.set(groupOf(one), [one]);
  }
  return of.map((own) => nearestOther(own, groups.get(groupOf(own)) ?? [])?.claim ?? null);
}

const byDensity = (a: ControlCandidate, b: ControlCandidate) => a.density - b.density || a.index - b.index;

/** @param group sorted by density, then index */
function nearestOther(own: ControlCandidate, group: readonly ControlCandidate[]): ControlCandidate | null {
  let right = firstAtLeast(group, own);
  let left = right - 1;
  const far = (i: number) => {
    const g = group[i];
    return g ? Math.abs(g.density - own.density) : Number.POSITIVE_INFINITY;
  };
  while (left >= 0 || right < group.length) {
    const g = group[far(left) <= far(right) ? left-- : right++] as ControlCandidate;
    if (g.index !== own.index && !speakOfSame(own.claim, g.claim)) return g;
  }
  return null;
}

/** Place of the first member that does not come before `own`. */
function firstAtLeast(group: readonly ControlCandidate[], own: ControlCandidate): number {
  let [lo, hi] = [0, group.length];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (byDensity(group[middle] as ControlCandidate, own) < 0) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}
