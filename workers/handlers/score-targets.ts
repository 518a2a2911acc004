import { type Claim, claimOf, controlClaims } from "@/lib/autointerp/claim";
import { listLabels, type ScoredFeature } from "@/lib/autointerp/data";
import type { NewScore } from "@/lib/autointerp/mutations";
import type { ScorerResult } from "@/lib/autointerp/types";

/** One explanation to be scored, with the words of another feature as its control. */
export interface Target {
  feature: ScoredFeature;
  explanationId: string;
  claim: Claim;
  control: Claim | null;
}

/** The explanations of some features as claims, each with its control. */
export async function listTargets(saeId: string, features: readonly ScoredFeature[]): Promise<Target[]> {
  const labels = (await listLabels(saeId)).map((label) => ({
    ...{ index: label.index, kind: label.kind ?? "other", density: label.density },
    claim: claimOf(label, label.imageShare),
  }));
  const own = features.flatMap((feature) =>
    feature.explanations.map((e) => ({
      ...{ index: feature.index, kind: e.kind ?? feature.kind ?? "other", density: feature.density },
      ...{ feature, explanationId: e.id, claim: claimOf(e, feature.imageShare) },
    })),
  );
  const controls = controlClaims(own, labels);
  return own.map(({ feature, explanationId, claim }, i) => ({
    ...{ feature, explanationId, claim, control: controls[i] ?? null },
  }));
}

/** Scores of one scorer, and why others have none. */
export class Outcome {
  readonly scores: NewScore[] = [];
  private readonly reasons = new Map<string, number>();

  leaveOut(reason: string, n = 1): void {
    if (n > 0) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + n);
  }

  /** Takes over what another way of scoring the same came to. */
  add(other: Outcome): this {
    this.scores.push(...other.scores);
    for (const [reason, n] of other.reasons) this.leaveOut(reason, n);
    return this;
  }

  result(): ScorerResult {
    const mean = (values: readonly number[]) =>
      values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
    return {
      scored: this.scores.length,
      leftOut: [...this.reasons].map(([reason, n]) => ({ reason, n })).sort((a, b) => b.n - a.n),
      mean: mean(this.scores.map((s) => s.value)),
      control: mean(this.scores.map((s) => s.control).filter((c) => c !== null)),
    };
  }
}

/** An outcome without any score. */
export function leftOut(n: number, reason: string): Outcome {
  const out = new Outcome();
  out.leaveOut(reason, n);
  return out;
}

/** Reasons why an explanation has no score. */
export const UNASKABLE =
  "The judge knows only short questions, and these words cannot be put as one: a judge that follows instructions can.";
export const ABOUT_TEXTS = "It is about texts, which have no regions.";
export const TOO_FEW = "There are too few held-out samples that fire, or that are silent.";
export const UNREADABLE = "More than a tenth of the judge's answers could not be read.";
