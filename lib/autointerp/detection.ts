import type { DetectionReceipt, Support } from "@/lib/autointerp/schema";
import { balancedAccuracy } from "@/lib/autointerp/statistics";
import { presenceQuestion, yesOrNo } from "@/lib/autointerp/terms";
import { wilson } from "@/lib/tensor/stats";

export type Role = "positive" | "random" | "hard";
export type Modality = "image" | "text";

/** A held-out sample on which a label is tested. */
export interface Item {
  sampleId: number;
  kind: Modality;
  role: Role;
  band: string | null;
}

/** Items per class; half of the negatives are random silent samples, half similar ones. */
export const PER_CLASS = 6;
/** Score is void when more than this share of the answers is missing. */
const MAX_MISSING = 0.1;
const MIN_PER_CLASS = 3;

/** Modality that a label speaks of: words of texts, or things in pictures. */
export function modalityOf(support: readonly Support[]): Modality {
  return support[0]?.kind === "text" ? "text" : "image";
}

/** Evenly spaced members of a list sorted by strength: the whole range is tested, not only its top. */
export function spread<T>(sorted: readonly T[], count: number): T[] {
  if (sorted.length <= count) return [...sorted];
  return Array.from({ length: count }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (count - 1))] as T);
}

/** As many negatives as positives where there are enough: hard ones first for half of the places, random ones for the rest. */
export function chooseItems(positives: readonly Item[], hard: readonly Item[], random: readonly Item[]): Item[] {
  const chosen = spread(positives, PER_CLASS);
  const seen = new Set(chosen.map((i) => i.sampleId));
  const fresh = (list: readonly Item[]) => list.filter((i) => !seen.has(i.sampleId) && seen.add(i.sampleId));
  const difficult = fresh(hard).slice(0, Math.floor(PER_CLASS / 2));
  const easy = fresh(random).slice(0, PER_CLASS - difficult.length);
  return [...chosen, ...difficult, ...easy];
}

/** The yes-or-no questions that test a label on a picture; empty when it cannot be asked for. */
export function questionsOf(support: readonly Support[]): string[] {
  return support.map(presenceQuestion).filter((q) => q !== null);
}

/** A label holds in a picture when any of its terms is there. Null when the judge's answer cannot be read. */
export function judgePicture(answers: readonly (string | undefined)[]): boolean | null {
  const read = answers.map((answer) => (answer === undefined ? null : yesOrNo(answer)));
  if (read.some((yes) => yes === true)) return true;
  return read.length === 0 || read.some((yes) => yes === null) ? null : false;
}

/** A label holds in a text when any of its terms stands there as a whole word. */
export function judgeText(support: readonly Support[], text: string): boolean {
  const lower = text.toLowerCase();
  return support.some(({ term }) => {
    const escaped = term.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "u").test(lower);
  });
}

export interface DetectionScore {
  value: number;
  lo: number | null;
  hi: number | null;
  n: number;
  nMissing: number;
  crossModal: number | null;
}

/**
 * Balanced accuracy on the items of the label's own modality, with the Wilson interval of the share of right answers.
 * Null when a class is empty or too many answers are missing. crossModal is the lower of the two modalities' figures.
 */
export function detectionScore(receipts: readonly DetectionReceipt[], modality: Modality): DetectionScore | null {
  const own = receipts.filter((r) => r.item.kind === modality);
  const answered = own.filter((r): r is DetectionReceipt & { answered: boolean } => r.answered !== null);
  const nMissing = own.length - answered.length;
  const value = nMissing > MAX_MISSING * own.length ? null : balancedAccuracy(answered);
  if (value === null) return null;
  const interval = wilson(answered.filter((r) => r.right).length, answered.length);
  const byModality = (["image", "text"] as const).map((kind) => modalityScore(receipts, kind));
  const crossModal = byModality.includes(null) ? null : Math.min(...(byModality as number[]));
  return { value, lo: interval?.lo ?? null, hi: interval?.hi ?? null, n: own.length, nMissing, crossModal };
}

function modalityScore(receipts: readonly DetectionReceipt[], kind: Modality): number | null {
  const own = receipts.filter(
    (r): r is DetectionReceipt & { answered: boolean } => r.item.kind === kind && r.answered !== null,
  );
  const positive = own.filter((r) => r.expected).length;
  return Math.min(positive, own.length - positive) < MIN_PER_CLASS ? null : balancedAccuracy(own);
}

/**
 * For each feature, another one whose label serves as its control: of the same kind and the nearest density, with a
 * different label. Null where there is none.
 */
export function shuffledLabels(
  features: readonly { index: number; label: string; kind: string; density: number }[],
): Map<number, number | null> {
  const out = new Map<number, number | null>();
  const sorted = [...features].sort((a, b) => a.density - b.density || a.index - b.index);
  const kinds = new Map<string, typeof sorted>();
  for (const f of sorted) kinds.set(f.kind, [...(kinds.get(f.kind) ?? []), f]);
  for (const group of kinds.values()) {
    group.forEach((f, i) => {
      const others = group.map((g, j) => ({ g, far: Math.abs(j - i) })).filter(({ g }) => g.label !== f.label);
      const nearest = others.reduce(
        (best, o) => (best === null || o.far < best.far ? o : best),
        null as (typeof others)[number] | null,
      );
      out.set(f.index, nearest?.g.index ?? null);
    });
  }
  return out;
}
