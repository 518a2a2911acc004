import { pearson, spearman } from "@/lib/tensor/correlation";

/** How well estimates agree with what removal really did. */
export interface Agreement {
  n: number;
  pearson: number | null;
  spearman: number | null;
  /** Pearson's correlation in the tenth of largest |estimates|. */
  topDecile: number | null;
  sameSign: number | null;
}

export function agreementOf(pairs: readonly { estimate: number; ablated: number }[]): Agreement | null {
  if (pairs.length === 0) return null;
  const both = (list: typeof pairs) => [list.map((p) => p.estimate), list.map((p) => p.ablated)] as const;
  const sorted = [...pairs].sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate));
  const same = pairs.filter(({ estimate, ablated }) => Math.sign(estimate) === Math.sign(ablated)).length;
  return {
    n: pairs.length,
    pearson: pearson(...both(pairs)),
    spearman: spearman(...both(pairs)),
    topDecile: pearson(...both(sorted.slice(0, Math.ceil(pairs.length / 10)))),
    sameSign: same / pairs.length,
  };
}
