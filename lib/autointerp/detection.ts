import type { Modality } from "@/lib/autointerp/claim";
import type { DetectionReceipt } from "@/lib/autointerp/schema";
import { balancedAccuracy, type JudgedScore, judgedScore } from "@/lib/autointerp/statistics";

/**
 * Where an item comes from: the feature fires; a random silent sample; a near miss; or a silent sample in which one of the nearest
 * features fires.
 */
export type Role = "positive" | "random" | "hard" | "neighbour";

/** A held-out sample on which an explanation is tested. */
export interface Item {
  sampleId: number;
  kind: Modality;
  role: Role;
  band: string | null;
}

/** Items per class; half of the negatives are random silent samples, half similar ones. */
export const PER_CLASS = 10;
const MIN_PER_CLASS = 3;

/** Evenly spaced members of a list sorted by strength: the whole range is tested, not only its top. */
export function spread<T>(sorted: readonly T[], count: number): T[] {
  if (sorted.length <= count) return [...sorted];
  if (count < 2) return sorted.slice(0, count);
  return Array.from({ length: count }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (count - 1))] as T);
}

/**
 * As many negatives as positives where there are enough: near misses first for half of the places, samples of near features to
 * fill that half up, random ones for the rest.
 * @param positives strongest first
 */
export function chooseItems(
  positives: readonly Item[],
  silent: Record<"miss" | "neighbour" | "random", readonly Item[]>,
  perClass = PER_CLASS,
): Item[] {
  const chosen = spread(positives, perClass);
  const seen = new Set(positives.map((i) => i.sampleId));
  const fresh = (list: readonly Item[]) => list.filter((i) => !seen.has(i.sampleId) && seen.add(i.sampleId));
  const half = Math.floor(perClass / 2);
  const misses = fresh(silent.miss).slice(0, half);
  const near = fresh(silent.neighbour).slice(0, half - misses.length);
  const easy = fresh(silent.random).slice(0, perClass - misses.length - near.length);
  return [...chosen, ...misses, ...near, ...easy];
}

export interface DetectionScore extends JudgedScore {
  crossModal: number | null;
}

/**
 * Balanced accuracy on the items of the explanation's own modality, with the Wilson interval of the share of right answers.
 * Null when a class is empty or too many answers are missing. crossModal is the lower of the two modalities' figures.
 */
export function detectionScore(receipts: readonly DetectionReceipt[], modality: Modality): DetectionScore | null {
  const score = judgedScore(receipts.filter((r) => r.item.kind === modality));
  if (score === null) return null;
  const byModality = (["image", "text"] as const).map((kind) => modalityScore(receipts, kind));
  const crossModal = byModality.includes(null) ? null : Math.min(...(byModality as number[]));
  return { ...score, crossModal };
}

function modalityScore(receipts: readonly DetectionReceipt[], kind: Modality): number | null {
  const own = receipts.filter(
    (r): r is DetectionReceipt & { answered: boolean } => r.item.kind === kind && r.answered !== null,
  );
  const positive = own.filter((r) => r.expected).length;
  return Math.min(positive, own.length - positive) < MIN_PER_CLASS ? null : balancedAccuracy(own);
}

/**
 * @throws Error when an item is a sample that an explainer may have seen: scores on those say nothing.
 * @param explain samples of the feature's explain pool
 */
export function assertHeldOut(items: readonly { sampleId: number }[], explain: ReadonlySet<number>): void {
  const seen = items.find((item) => explain.has(item.sampleId));
  if (seen) throw new Error(`Sample ${seen.sampleId} was to be scored on, but is in the explain pool.`);
}
