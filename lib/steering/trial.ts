import { signTest, wilson } from "@/lib/tensor/stats";
import type { Trial } from "./schema";

/** What edits did to prompts, from the gaps of the unwanted over the wanted answer before and after. */
export function trialOf(before: readonly number[], after: readonly number[]): Trial {
  const right = (gap: number) => gap < 0;
  const wrong = before.filter((gap) => !right(gap)).length;
  const corrected = before.filter((gap, i) => !right(gap) && right(after[i]!)).length;
  const broken = before.filter((gap, i) => right(gap) && !right(after[i]!)).length;
  const interval = wilson(corrected, wrong);
  return {
    n: before.length,
    before: before.length - wrong,
    after: after.filter(right).length,
    corrected,
    broken,
    rate: wrong > 0 ? corrected / wrong : null,
    lo: interval?.lo ?? null,
    hi: interval?.hi ?? null,
    p: signTest(corrected, broken),
  };
}
